package io.flowsvi.ppl.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ordered, named numbers that a layer needs: which, of what shape, and where in a flat vector.
 *
 * <p>A raw vector is {@code [..., P]} with P = {@link #size()}; {@link #split} cuts it into parts
 * of shape {@code [..., part]}. Constants and networks fill the same layout.
 *
 * @param slices the parts in order, without gaps
 */
public record ParamLayout(List<Slice> slices) {
  /** The name of the part that {@link #context} has. */
  public static final String CONTEXT = "context";

  /** Copies the list. */
  public ParamLayout {
    slices = List.copyOf(slices);
  }

  /** A layout of no numbers. */
  public static ParamLayout empty() {
    return new ParamLayout(List.of());
  }

  /** The layout of a layer that reads a context vector of this size; no numbers if it is 0. */
  public static ParamLayout context(int size) {
    return size == 0 ? empty() : empty().and(CONTEXT, Shape.of(size), Slice.Role.CONTEXT);
  }

  /** A layout of one part. */
  public static ParamLayout of(String name, Shape shape) {
    return empty().and(name, shape);
  }

  /** This layout and one more part behind it. */
  public ParamLayout and(String name, Shape shape) {
    return and(name, shape, Slice.Role.PARAMETER);
  }

  private ParamLayout and(String name, Shape shape, Slice.Role role) {
    for (Slice slice : slices) {
      if (slice.name().equals(name)) {
        throw new ParameterException(
            "Layout has two parts named '" + name + "'. Names must differ.");
      }
    }
    List<Slice> longer = new ArrayList<>(slices);
    longer.add(new Slice(name, shape, size(), role));
    return new ParamLayout(longer);
  }

  /** How many numbers there are in all. */
  public int size() {
    return slices.isEmpty()
        ? 0
        : slices.get(slices.size() - 1).offset() + slices.get(slices.size() - 1).shape().size();
  }

  /** The part of this name. */
  public Slice slice(String name) {
    for (Slice slice : slices) {
      if (slice.name().equals(name)) {
        return slice;
      }
    }
    throw new ParameterException(
        "No part named '"
            + name
            + "'; there are "
            + slices.stream().map(Slice::name).toList()
            + ".");
  }

  /** Cuts raw [..., P] into parts [..., part]. */
  public Values split(Tensor raw) {
    if (raw.shape().rank() < 1 || raw.shape().dim(-1) != size()) {
      throw new ShapeException(
          "Raw parameters have shape "
              + raw.shape()
              + ", expected [..., "
              + size()
              + "] for "
              + this
              + ".");
    }
    return split(raw, List.of(this)).get(0);
  }

  /** Cuts raw [..., P] into the parts of several layouts, one after the other. */
  public static List<Values> split(Tensor raw, List<ParamLayout> layouts) {
    List<Slice> slices = new ArrayList<>();
    for (ParamLayout layout : layouts) {
      slices.addAll(layout.slices);
    }
    int[] sizes = new int[slices.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = slices.get(i).shape().size();
    }
    List<Tensor> flat = sizes.length == 0 ? List.of() : raw.split(-1, sizes);
    Shape batch = raw.shape().leading(-1);
    List<Values> all = new ArrayList<>(layouts.size());
    int next = 0;
    for (ParamLayout layout : layouts) {
      Map<String, Tensor> parts = new LinkedHashMap<>();
      for (Slice slice : layout.slices) {
        parts.put(slice.name(), flat.get(next++).reshape(batch.append(slice.shape())));
      }
      all.add(new Values(parts));
    }
    return all;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (Slice slice : slices) {
      text.append(text.length() > 1 ? ", " : "").append(slice.name()).append(slice.shape());
    }
    return text.append("]").toString();
  }
}
