package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Moves numbers between Java's doubles and native memory of a type, by pieces: conversion in a heap
 * array and one bulk copy each compile to vector instructions, single puts do not.
 */
record TorchTransfer(DataType type) {
  private static final int PIECE = 2048;
  private static final int ALIGNMENT = 64;

  /** Writes the first numbers of an array. */
  void put(double[] values, int size, ByteBuffer target) {
    if (type == DataType.FLOAT64) {
      target.asDoubleBuffer().put(values, 0, size);
      return;
    }
    FloatBuffer narrow = target.asFloatBuffer();
    float[] piece = new float[Math.min(PIECE, size)];
    for (int from = 0; from < size; from += PIECE) {
      int count = Math.min(PIECE, size - from);
      for (int i = 0; i < count; i++) {
        piece[i] = (float) values[from + i];
      }
      narrow.put(piece, 0, count);
    }
  }

  /** Adds numbers to those of an array from a place on. */
  void add(ByteBuffer source, double[] target, int at, int size) {
    if (type == DataType.FLOAT64) {
      DoubleBuffer wide = source.asDoubleBuffer();
      double[] piece = new double[Math.min(PIECE, size)];
      for (int from = 0; from < size; from += PIECE) {
        int count = Math.min(PIECE, size - from);
        wide.get(piece, 0, count);
        for (int i = 0; i < count; i++) {
          target[at + from + i] += piece[i];
        }
      }
      return;
    }
    FloatBuffer narrow = source.asFloatBuffer();
    float[] piece = new float[Math.min(PIECE, size)];
    for (int from = 0; from < size; from += PIECE) {
      int count = Math.min(PIECE, size - from);
      narrow.get(piece, 0, count);
      for (int i = 0; i < count; i++) {
        target[at + from + i] += piece[i];
      }
    }
  }

  /** Writes numbers to an array from a place on. */
  void get(ByteBuffer source, double[] target, int at, int size) {
    if (type == DataType.FLOAT64) {
      source.asDoubleBuffer().get(target, at, size);
      return;
    }
    FloatBuffer narrow = source.asFloatBuffer();
    float[] piece = new float[Math.min(PIECE, size)];
    for (int from = 0; from < size; from += PIECE) {
      int count = Math.min(PIECE, size - from);
      narrow.get(piece, 0, count);
      for (int i = 0; i < count; i++) {
        target[at + from + i] = piece[i];
      }
    }
  }

  /** The bytes of so many numbers. */
  int bytes(int size) {
    return (type == DataType.FLOAT64 ? Double.BYTES : Float.BYTES) * size;
  }

  /** Memory for so many numbers, at a place where rows of vectors start. */
  ByteBuffer memory(int size) {
    int bytes = Math.max(1, bytes(size));
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes + 2 * ALIGNMENT).alignedSlice(ALIGNMENT);
    return buffer.limit(bytes(size)).slice().order(ByteOrder.nativeOrder());
  }
}
