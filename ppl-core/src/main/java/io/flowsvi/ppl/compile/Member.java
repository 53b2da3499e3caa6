package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a turn of a loop does: computes an element, adds to a sum, or puts an element of
 * one input into its place in a larger array.
 *
 * @param node what it is for
 * @param part which input it places; 0 for others
 */
record Member(Node node, int part) {
  /** The members that compute a node. */
  static List<Member> of(Node node) {
    int parts = primitive(node) instanceof Primitive.Concat ? node.inputs().size() : 1;
    List<Member> members = new ArrayList<>(parts);
    for (int part = 0; part < parts; part++) {
      members.add(new Member(node, part));
    }
    return members;
  }

  static Primitive primitive(Node node) {
    return node.kind() instanceof Node.Operation o ? o.primitive() : null;
  }

  Primitive primitive() {
    return primitive(node);
  }

  boolean isReduction() {
    return primitive() instanceof Primitive.Sum || primitive() instanceof Primitive.Max;
  }

  boolean isPlacement() {
    return primitive() instanceof Primitive.Pad || primitive() instanceof Primitive.Concat;
  }

  /** The shape whose elements it turns over. */
  Shape domain() {
    return isReduction() || isPlacement() ? node.inputs().get(part).shape() : node.shape();
  }

  /**
   * Where its result lies in the node's array: strides over the loop's axes, and the first element.
   */
  Access target(int slot) {
    int[] own = node.shape().strides();
    if (isReduction()) {
      int axes =
          primitive() instanceof Primitive.Sum sum
              ? sum.axes()
              : ((Primitive.Max) primitive()).axes();
      int[] strides = new int[domain().rank()];
      for (int i = 0, j = 0; i < strides.length; i++) {
        strides[i] = (axes >> i & 1) == 1 ? 0 : own[j++];
      }
      return new Access(slot, 0, View.squeezed(domain(), strides));
    }
    return new Access(slot, start(own), View.squeezed(domain(), own));
  }

  private int start(int[] strides) {
    if (primitive() instanceof Primitive.Pad pad) {
      return pad.before() * strides[pad.axis()];
    }
    if (primitive() instanceof Primitive.Concat concat) {
      int before = 0;
      for (int i = 0; i < part; i++) {
        before += node.inputs().get(i).shape().dim(concat.axis());
      }
      return before * strides[concat.axis()];
    }
    return 0;
  }

  // Written out: what a record has by itself is linked when it is first used, milliseconds each.
  @Override
  public boolean equals(Object other) {
    return other instanceof Member o && o.node == node && o.part == part;
  }

  @Override
  public int hashCode() {
    return 31 * node.hashCode() + part;
  }
}
