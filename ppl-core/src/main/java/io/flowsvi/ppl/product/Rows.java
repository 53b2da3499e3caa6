package io.flowsvi.ppl.product;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/** Gather and scatter along an axis by an index, which is read once per batch if it is data. */
final class Rows {
  private final int size;
  private final int run;
  private final boolean fixed;
  private final int[] index;
  private final int[] sources;
  private final int[] ends;
  private double[] seen = {};
  private double[] sorted = {};
  private Runs runs = Runs.of(new int[0]);

  /** Of an index with so many rows into an axis of a shape. */
  Rows(int rows, Shape shape, int axis, boolean fixed) {
    this.size = shape.dim(axis);
    this.run = shape.slice(axis + 1, shape.rank()).size();
    this.fixed = fixed;
    this.index = new int[rows];
    this.sources = new int[rows];
    this.ends = new int[size];
  }

  private int[] index(double[] values) {
    if (fixed && seen == values) {
      return index;
    }
    seen = values;
    for (int k = 0; k < index.length; k++) {
      if (!(values[k] >= 0 && values[k] < size)) {
        throw new PplException("Index " + values[k] + " is outside 0 to " + (size - 1) + ".");
      }
      index[k] = (int) values[k] * run;
    }
    if (fixed && run == 1) {
      runs = Runs.of(index);
    }
    return index;
  }

  /** Lists the sources of each target one after another, in their order. */
  private void sort() {
    Arrays.fill(ends, 0);
    for (int row : index) {
      ends[row]++;
    }
    for (int t = 0, before = 0; t < size; t++) {
      int count = ends[t];
      ends[t] = before;
      before += count;
    }
    for (int k = 0; k < index.length; k++) {
      sources[ends[index[k]]++] = k;
    }
  }

  void gather(double[][] in, double[] out) {
    int[] rows = index(in[1]);
    double[] x = in[0];
    int outer = rows.length * run == 0 ? 0 : out.length / (rows.length * run);
    for (int o = 0, at = 0, from = 0; o < outer; o++, from += size * run) {
      if (fixed && run == 1 && runs.pay()) {
        runs.gather(x, from, out, at);
        at += rows.length;
        continue;
      }
      if (run == 1) {
        for (int row : rows) {
          out[at++] = x[from + row];
        }
        continue;
      }
      for (int row : rows) {
        System.arraycopy(x, from + row, out, at, run);
        at += run;
      }
    }
  }

  void scatter(double[][] in, double[] out) {
    int[] rows = index(in[1]);
    double[] g = in[0];
    if (fixed && run == 1 && runs.pay()) {
      Arrays.fill(out, 0);
      for (int from = 0, to = 0; to < out.length; from += rows.length, to += size) {
        runs.scatter(g, from, out, to);
      }
      return;
    }
    if (fixed && run == 1) {
      if (sorted != seen) {
        sort();
        sorted = seen;
      }
      sum(g, out);
      return;
    }
    Arrays.fill(out, 0);
    int outer = rows.length * run == 0 ? 0 : g.length / (rows.length * run);
    for (int o = 0, at = 0, to = 0; o < outer; o++, to += size * run) {
      for (int row : rows) {
        for (int i = 0; i < run; i++) {
          out[to + row + i] += g[at++];
        }
      }
    }
  }

  /** Target by target, each sum in a register. */
  private void sum(double[] g, double[] out) {
    int outer = size == 0 ? 0 : out.length / size;
    for (int o = 0, to = 0, from = 0; o < outer; o++, to += size, from += index.length) {
      for (int t = 0, k = 0; t < size; t++) {
        double total = 0;
        for (int end = ends[t]; k < end; k++) {
          total += g[from + sources[k]];
        }
        out[to + t] = total;
      }
    }
  }
}
