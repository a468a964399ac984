#version 300 es
// One pixel of the canvas: which cell is here, which level it has, which colour that is.
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D picture;  // levels, one or three a pixel
uniform sampler2D colours;  // 256 x 1
uniform vec2 canvas;        // pixels
uniform vec2 corner;        // the picture's point at the canvas's upper left, in the picture's pixels
uniform float span;         // picture's pixels under a pixel of the canvas
uniform vec2 size;          // of the picture, in its pixels
uniform bool edged;         // whether the world has edges
uniform vec4 world;         // where they are on the canvas: upper left, lower right
uniform int blend;          // 0 nearest, 1 largest, 2 mean
uniform bool rgb;
uniform float grid;         // opacity of the lines between cells

out vec4 colour;

const vec3 MARGIN = vec3(0.027, 0.031, 0.043);
const vec3 EDGE = vec3(0.17, 0.19, 0.24);
const vec3 LOUD = vec3(1.0, 0.0, 1.0);

vec3 level(ivec2 at) {
  return texelFetch(picture, clamp(at, ivec2(0), ivec2(size) - 1), 0).rgb;
}

vec3 ramp(float value) {
  return texelFetch(colours, ivec2(int(value * 255.0 + 0.5), 0), 0).rgb;
}

void main() {
  vec2 here = vec2(gl_FragCoord.x, canvas.y - gl_FragCoord.y);
  if (edged && (any(lessThan(here, world.xy)) || any(greaterThanEqual(here, world.zw)))) {
    bool edge = all(greaterThanEqual(here, world.xy - 1.0)) && all(lessThanEqual(here, world.zw + 1.0));
    colour = vec4(edge ? EDGE : MARGIN, 1.0);
    return;
  }
  vec2 at = corner + here * span;
  vec2 past = max(-at, at - size);
  // Walls end where the picture does, to rounding: less than a pixel beyond it is still its last.
  if (max(past.x, past.y) > 0.5 * span) {
    // Not in this picture: what is there is under way.
    colour = vec4(rgb ? vec3(0.0) : ramp(0.0), 1.0);
    return;
  }
  vec3 value = level(ivec2(floor(at)));
  if (span > 1.0 && blend > 0) {
    int count = int(min(ceil(span), 8.0));
    vec3 sum = vec3(0.0);
    for (int y = 0; y < count; y++) {
      for (int x = 0; x < count; x++) {
        vec2 spot = at + (vec2(float(x), float(y)) / float(count) - 0.5) * span;
        vec3 other = level(ivec2(floor(spot)));
        sum += other;
        value = max(value, other);
      }
    }
    if (blend == 2 && max(value.r, max(value.g, value.b)) < 0.999) value = sum / float(count * count);
  }
  float top = rgb ? max(value.r, max(value.g, value.b)) : value.r;
  vec3 paint;
  if (top > 0.999) {
    // Not finite: loud, and striped, so that it is not the colour alone that says so.
    paint = mod(floor((here.x + here.y) / 4.0), 2.0) < 1.0 ? LOUD : vec3(0.05);
    if (span > 0.25) paint = LOUD;
  } else if (rgb) {
    paint = value * (255.0 / 254.0);
  } else {
    paint = ramp(value.r);
  }
  vec2 inside = fract(at) / span;
  if (grid > 0.0 && min(inside.x, inside.y) < 1.0) paint = mix(paint, vec3(1.0), grid);
  colour = vec4(paint, 1.0);
}
