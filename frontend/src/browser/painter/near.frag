#version 300 es
// One pixel of the canvas, no larger than one of the picture.
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D picture; // its colours; what is not finite has no opacity
uniform vec2 corner;       // its point at the canvas's upper left, in its pixels
uniform float span;        // its pixels under a pixel of the canvas
uniform float bottom;      // rows of the canvas
uniform ivec2 last;        // its last pixel
uniform bool marked;       // whether anything in it is not finite
uniform float grid;        // opacity of the lines between cells

out vec4 colour;

void main() {
  vec2 here = vec2(gl_FragCoord.x, bottom - gl_FragCoord.y);
  vec2 at = corner + here * span;
  colour = texelFetch(picture, clamp(ivec2(floor(at)), ivec2(0), last), 0);
  if (marked && colour.a < 0.5) {
    // Loud, and striped where there is room for it, so that it is not the colour alone that says so.
    bool dark = span <= 0.25 && mod(floor((here.x + here.y) / 4.0), 2.0) >= 1.0;
    if (dark) colour.rgb = vec3(0.05);
  }
  if (grid > 0.0) {
    vec2 inside = fract(at) / span;
    if (min(inside.x, inside.y) < 1.0) colour.rgb = mix(colour.rgb, vec3(1.0), grid);
  }
  colour.a = 1.0;
}
