package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** One value of a {@link Graph}: where it comes from, from which inputs, and its shape. */
public final class Node {
  private final int number;
  private final Kind kind;
  private final List<Node> inputs;
  private final Shape shape;
  private final Signature signature;

  Node(int number, Kind kind, List<Node> inputs, Shape shape) {
    this.number = number;
    this.kind = kind;
    this.inputs = List.copyOf(inputs);
    this.shape = shape;
    List<Integer> numbers = new ArrayList<>(inputs.size());
    for (Node input : inputs) {
      numbers.add(input.number);
    }
    this.signature = new Signature(kind, numbers, shape);
  }

  /** Its place in the graph: inputs come before. */
  public int number() {
    return number;
  }

  /** Where the value comes from. */
  public Kind kind() {
    return kind;
  }

  /** The inputs of an operation; empty for others, except a gamma draw's concentration. */
  public List<Node> inputs() {
    return inputs;
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  /** Whether this is the number with this value. */
  public boolean isConstant(double value) {
    return kind instanceof Constant c && c.value() == value;
  }

  /** What makes two nodes the same value: everything but the node itself. */
  public Signature signature() {
    return signature;
  }

  @Override
  public String toString() {
    return "%" + number + " " + kind + shape;
  }

  // Equality of these records is written out: what a record has by itself is linked when it is
  // first used, and takes a cold JVM 30 ms.

  /** A node without its identity. */
  public record Signature(Kind kind, List<Integer> inputs, Shape shape) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Signature o
          && o.kind.equals(kind)
          && o.inputs.equals(inputs)
          && o.shape.equals(shape);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * kind.hashCode() + inputs.hashCode()) + shape.hashCode();
    }
  }

  /** Where a value comes from. */
  public sealed interface Kind
      permits Constant, Data, Noisy, Gamma, Parameter, Input, Operation, Masked {}

  /** A number that is part of the program. */
  public record Constant(double value) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Constant o && Double.compare(o.value, value) == 0;
    }

    @Override
    public int hashCode() {
      return Double.hashCode(value);
    }
  }

  /** An array of the batch, or a mask: by the order in which it was met. */
  public record Data(int array) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Data o && o.array == array;
    }

    @Override
    public int hashCode() {
      return array;
    }
  }

  /** Noise of a key that is derived anew for every run. */
  public record Noisy(io.flowsvi.ppl.tensor.Noise noise, int key) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Noisy o && o.noise.equals(noise) && o.key == key;
    }

    @Override
    public int hashCode() {
      return 31 * noise.hashCode() + key;
    }
  }

  /** Standard gamma draws at the one input's concentrations, with a key derived for every run. */
  public record Gamma(int key) implements Kind {}

  /** Numbers of the flat parameter vector from an offset on. */
  public record Parameter(int offset) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Parameter o && o.offset == offset;
    }

    @Override
    public int hashCode() {
      return offset;
    }
  }

  /** A number given to every run, such as a temperature, or a vector. */
  public record Input(String name) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Input o && o.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** The result of a primitive. */
  public record Operation(Primitive primitive) implements Kind {
    @Override
    public boolean equals(Object other) {
      return other instanceof Operation o && o.primitive.equals(primitive);
    }

    @Override
    public int hashCode() {
      return primitive.hashCode();
    }
  }

  /**
   * A product of two matrices with a mask of data, its third input: the right operand has the mask,
   * or the result has.
   */
  public record Masked(Primitive.Matmul product, Part part) implements Kind {
    /** What the mask is multiplied with. */
    public enum Part {
      /** The right operand, as it is stored. */
      RIGHT,
      /** The product. */
      RESULT
    }
  }
}
