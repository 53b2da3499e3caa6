package io.flowsvi.flows.nested;

import io.flowsvi.ppl.model.BatchLogDensity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Which second derivatives of a log density by some of its coordinates are not 0, and in how few
 * differences of gradients they can be found.
 *
 * <p>Two coordinates that are independent given the rest have derivative 0, exactly: moving one
 * leaves the gradient of the other bit for bit the same. Coordinates with a neighbour in common
 * cannot share a difference, unless that neighbour is one of the few dense ones, whose column has a
 * difference of its own. Curtis, Powell and Reid (1974); for the symmetric part Coleman and Moré
 * (1984), section 3.
 *
 * @param neighbours of each inner coordinate, itself included
 * @param dense the inner coordinates with many neighbours
 * @param groups inner coordinates that share a difference
 * @param order of elimination that keeps factors thin: reverse Cuthill–McKee, dense ones last
 */
record Sparsity(List<BitSet> neighbours, BitSet dense, List<int[]> groups, int[] order) {
  private static final double STEP = 0.1;
  private static final int MANY = 24;
  private static final int ROWS = 64;

  /** Of these coordinates, seen from near a point. */
  static Sparsity of(BatchLogDensity density, double[] point, int[] inner) {
    List<BitSet> neighbours = neighbours(density, aside(point), inner);
    int n = inner.length;
    BitSet dense = new BitSet(n);
    for (int i = 0; i < n; i++) {
      if (neighbours.get(i).cardinality() > Math.max(MANY, n / 20)) {
        dense.set(i);
      }
    }
    if (2 * dense.cardinality() > n) {
      // Nothing to be gained from structure.
      dense.set(0, n);
    }
    return new Sparsity(neighbours, dense, groups(neighbours, dense), order(neighbours, dense));
  }

  /** Off symmetric points, where derivatives may vanish by chance. */
  private static double[] aside(double[] point) {
    double[] moved = point.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += STEP * Math.sin(i + 1.0);
    }
    return moved;
  }

  private static List<BitSet> neighbours(BatchLogDensity density, double[] at, int[] inner) {
    int d = at.length;
    int n = inner.length;
    List<BitSet> neighbours = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      neighbours.add(new BitSet(n));
    }
    for (int from = 0; from < n; from += ROWS - 1) {
      int count = Math.min(ROWS - 1, n - from);
      // Always as many rows, the first unmoved: the same code, so the same rounding.
      double[] points = new double[ROWS * d];
      for (int r = 0; r < ROWS; r++) {
        System.arraycopy(at, 0, points, r * d, d);
      }
      for (int r = 0; r < count; r++) {
        points[(r + 1) * d + inner[from + r]] += STEP;
      }
      double[] g = new double[points.length];
      density.gradients(points, g);
      for (int r = 0; r < count; r++) {
        for (int j = 0; j < n; j++) {
          double change = g[(r + 1) * d + inner[j]] - g[inner[j]];
          if (change != 0 || j == from + r) {
            neighbours.get(from + r).set(j);
            neighbours.get(j).set(from + r);
          }
        }
      }
    }
    return neighbours;
  }

  private static List<int[]> groups(List<BitSet> neighbours, BitSet dense) {
    int n = neighbours.size();
    List<List<Integer>> groups = new ArrayList<>();
    List<BitSet> touched = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (dense.get(i)) {
        continue;
      }
      BitSet rows = (BitSet) neighbours.get(i).clone();
      rows.andNot(dense);
      int at = 0;
      while (at < groups.size() && touched.get(at).intersects(rows)) {
        at++;
      }
      if (at == groups.size()) {
        groups.add(new ArrayList<>());
        touched.add(new BitSet(n));
      }
      groups.get(at).add(i);
      touched.get(at).or(rows);
    }
    dense.stream().forEach(i -> groups.add(List.of(i)));
    return groups.stream().map(g -> g.stream().mapToInt(i -> i).toArray()).toList();
  }

  private static int[] order(List<BitSet> neighbours, BitSet dense) {
    int n = neighbours.size();
    BitSet seen = (BitSet) dense.clone();
    int[] order = new int[n];
    int count = 0;
    Integer[] byDegree = new Integer[n];
    Arrays.setAll(byDegree, i -> i);
    Arrays.sort(byDegree, (a, b) -> degree(neighbours, a) - degree(neighbours, b));
    for (int root : byDegree) {
      if (seen.get(root)) {
        continue;
      }
      Deque<Integer> queue = new ArrayDeque<>(List.of(root));
      seen.set(root);
      while (!queue.isEmpty()) {
        int i = queue.remove();
        order[count++] = i;
        neighbours.get(i).stream()
            .filter(j -> !seen.get(j))
            .boxed()
            .sorted((a, b) -> degree(neighbours, a) - degree(neighbours, b))
            .forEach(
                j -> {
                  seen.set(j);
                  queue.add(j);
                });
      }
    }
    for (int i = 0; i < count / 2; i++) {
      int swap = order[i];
      order[i] = order[count - 1 - i];
      order[count - 1 - i] = swap;
    }
    for (int i = dense.nextSetBit(0); i >= 0; i = dense.nextSetBit(i + 1)) {
      order[count++] = i;
    }
    return order;
  }

  private static int degree(List<BitSet> neighbours, int i) {
    return neighbours.get(i).cardinality();
  }

  /** How many inner coordinates there are. */
  int size() {
    return order.length;
  }
}
