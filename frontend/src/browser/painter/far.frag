// One pixel of the canvas, under which lies more than one of the picture: the largest, or their mean.
uniform vec2 corner;  // the picture's point at the canvas's upper left, in the picture's pixels
uniform float span;   // picture's pixels under a pixel of the canvas
uniform float bottom; // rows of the canvas
uniform ivec2 last;   // the picture's last pixel
uniform bool mean;

// Of two pixels what is seen: of two phases the brighter one.
vec3 larger(vec3 a, vec3 b) {
  return kind == 2 ? (b.g > a.g ? b : a) : max(a, b);
}

void main() {
  vec2 at = corner + vec2(gl_FragCoord.x, bottom - gl_FragCoord.y) * span;
  ivec2 low = max(ivec2(floor(at - 0.5 * span)), ivec2(0));
  ivec2 high = min(ivec2(ceil(at + 0.5 * span)) - 1, last);
  // So many at most, evenly among those that there are.
  ivec2 step = (high - low) / 8 + 1;
  vec3 value = vec3(0.0);
  vec3 sum = vec3(0.0);
  float count = 0.0;
  for (int y = low.y; y <= high.y; y += step.y) {
    for (int x = low.x; x <= high.x; x += step.x) {
      vec3 other = texelFetch(picture, ivec2(x, y), 0).rgb;
      value = larger(value, other);
      sum += other;
      count += 1.0;
    }
  }
  if (mean && value.r < 0.999) value = sum / max(count, 1.0);
  colour = vec4(paint(value).rgb, 1.0);
}
