#version 300 es
// One pixel of the canvas: which cell is here, which level it has, which colour that is.
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D picture;  // levels, one or three a pixel
uniform sampler2D colours;  // 256 x 1
uniform vec2 canvas;        // pixels
uniform vec2 offset;        // where cell (0, 0) begins, pixels from the upper left
uniform float scale;        // pixels a cell
uniform vec2 size;          // of the picture, in its pixels
uniform float cells;        // cells along a side of a picture's pixel
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

void main() {
  vec2 here = vec2(gl_FragCoord.x, canvas.y - gl_FragCoord.y);
  vec2 cell = (here - offset) / scale;
  vec2 at = cell / cells;
  if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, size))) {
    vec2 low = offset - 1.0;
    vec2 high = offset + size * cells * scale + 1.0;
    bool edge = all(greaterThanEqual(here, low)) && all(lessThanEqual(here, high));
    colour = vec4(edge ? EDGE : MARGIN, 1.0);
    return;
  }
  float span = 1.0 / (scale * cells); // picture pixels under this pixel
  vec3 value = level(ivec2(at));
  if (span > 1.0 && blend > 0) {
    int count = int(min(ceil(span), 8.0));
    vec3 sum = vec3(0.0);
    for (int y = 0; y < count; y++) {
      for (int x = 0; x < count; x++) {
        vec2 spot = at + (vec2(float(x), float(y)) / float(count) - 0.5) * span;
        vec3 other = level(ivec2(spot));
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
    if (scale < 4.0) paint = LOUD;
  } else if (rgb) {
    paint = value * (255.0 / 254.0);
  } else {
    paint = texelFetch(colours, ivec2(int(value.r * 255.0 + 0.5), 0), 0).rgb;
  }
  vec2 inside = fract(cell) * scale;
  if (min(inside.x, inside.y) < 1.0) paint = mix(paint, vec3(1.0), grid);
  colour = vec4(paint, 1.0);
}
