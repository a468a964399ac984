#version 300 es
// What colour a pixel of the picture is. Begins each program that makes colours of levels.
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D picture;  // levels: one; an angle's and a brightness; or three
uniform sampler2D colours;  // 256 x 1
uniform mat3 mixed;         // what each of three channels adds
uniform int kind;           // numbers of a pixel of the picture

out vec4 colour;

const float FULL = 255.0 / 254.0;

// What is not finite has no colour of its own: its opacity is 0.
vec4 paint(vec3 value) {
  float top = kind == 3 ? max(value.r, max(value.g, value.b)) : value.r;
  if (top > 0.999) return vec4(1.0, 0.0, 1.0, 0.0);
  if (kind == 3) return vec4(min(mixed * (value * FULL), 1.0), 1.0);
  vec3 ramp = texelFetch(colours, ivec2(int(value.r * 255.0 + 0.5), 0), 0).rgb;
  return vec4(kind == 2 ? ramp * (value.g * FULL) : ramp, 1.0);
}
