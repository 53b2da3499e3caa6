package io.flowsvi.flows.train;

import java.util.Arrays;

/**
 * The negative loss of every step, as means over runs of steps, so that its size stays bounded.
 *
 * <p>When full, neighbouring points are joined and each point stands for twice as many steps.
 */
public final class LossTrace {
  private static final int CAPACITY = 4096;
  private double[] points;
  private int size;
  private long stride;
  private double pending;
  private long pendingCount;

  LossTrace() {
    this(new double[64], 0, 1, 0, 0);
  }

  LossTrace(double[] points, int size, long stride, double pending, long pendingCount) {
    this.points = points;
    this.size = size;
    this.stride = stride;
    this.pending = pending;
    this.pendingCount = pendingCount;
  }

  void add(double value) {
    pending += value;
    pendingCount++;
    if (pendingCount < stride) {
      return;
    }
    if (size == points.length && size < CAPACITY) {
      points = Arrays.copyOf(points, Math.min(CAPACITY, 2 * size));
    }
    points[size++] = pending / stride;
    pending = 0;
    pendingCount = 0;
    if (size == CAPACITY) {
      for (int i = 0; i < size / 2; i++) {
        points[i] = 0.5 * (points[2 * i] + points[2 * i + 1]);
      }
      size /= 2;
      stride *= 2;
    }
  }

  /** Each point: the mean bound of {@link #stride} steps, in nats. */
  public double[] points() {
    return Arrays.copyOf(points, size);
  }

  /** How many steps a point stands for. */
  public long stride() {
    return stride;
  }

  double pending() {
    return pending;
  }

  long pendingCount() {
    return pendingCount;
  }

  LossTrace copy() {
    return new LossTrace(points.clone(), size, stride, pending, pendingCount);
  }
}
