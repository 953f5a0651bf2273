/* Mean and standard deviation of the numbers in a file, and a histogram of them as text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BINS 10

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: stats INPUT HISTOGRAM\n");
    return 2;
  }
  FILE *in = fopen(argv[1], "r");
  if (!in) {
    perror(argv[1]);
    return 1;
  }
  double sum = 0, squares = 0, x;
  long n = 0, bins[BINS] = {0};
  while (fscanf(in, "%lf", &x) == 1) {
    sum += x;
    squares += x * x;
    n++;
    int bin = (int)x;
    if (bin >= 0 && bin < BINS) bins[bin]++;
  }
  fclose(in);
  if (n == 0) {
    fprintf(stderr, "%s: no numbers in it\n", argv[1]);
    return 1;
  }
  double mean = sum / n;
  printf("%s: n=%ld mean=%.4f sd=%.4f\n", argv[1], n, mean, sqrt(squares / n - mean * mean));

  FILE *out = fopen(argv[2], "w");
  if (!out) {
    perror(argv[2]);
    return 1;
  }
  for (int b = 0; b < BINS; b++) {
    fprintf(out, "%d ", b);
    for (long i = 0; i < bins[b]; i++) fputc('#', out);
    fputc('\n', out);
  }
  return fclose(out) == 0 ? 0 : 1;
}
