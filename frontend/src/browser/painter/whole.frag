// The picture in colours, a pixel for each of its own, first row first.
void main() {
  colour = paint(texelFetch(picture, ivec2(gl_FragCoord.xy), 0).rgb);
}
