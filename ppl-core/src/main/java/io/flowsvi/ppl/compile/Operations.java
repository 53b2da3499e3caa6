package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.ACC_STATIC;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Unary;
import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.Functions;
import io.flowsvi.ppl.vector.Lanes;
import io.flowsvi.ppl.vector.Lanes.Test;
import io.flowsvi.ppl.vector.ScalarLanes;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;

/** The code of each element-wise operation; one that has none here calls its scalar definition. */
final class Operations {
  private static final String MATH = "java/lang/Math";
  private static final String OWN = "io/flowsvi/ppl/compile/Elementary";

  /** Locals above 255 take longer instructions. */
  private static final int LOCAL = 256;

  /** Made when first needed. */
  private static final class Doubles {
    private static final Operations OPERATIONS = new Operations(Width.DOUBLE);
  }

  private static final class Floats {
    private static final Operations OPERATIONS = new Operations(Width.FLOAT);
  }

  private final Map<Primitive, Integer> bytes = new HashMap<>();
  private final Width width;
  private final Functions functions;
  private final int ofNegative;
  private final int ofFraction;

  private Operations(Width width) {
    this.width = width;
    this.functions = Functions.of(width);
    bytes.put(new Primitive.Select(), measured(new Primitive.Select()));
    for (Unary op : Unary.values()) {
      bytes.put(op, measured(op));
    }
    for (Binary op : Binary.values()) {
      bytes.put(op, measured(op));
    }
    Frame negative = frame();
    functions.expOfNegative(lanes(negative), LOCAL);
    ofNegative = bytes(negative);
    Frame fraction = frame();
    functions.log1pOfFraction(lanes(fraction), LOCAL);
    ofFraction = bytes(fraction);
  }

  /** Those on numbers of a width. */
  static Operations of(Width width) {
    return width == Width.DOUBLE ? Doubles.OPERATIONS : Floats.OPERATIONS;
  }

  Width width() {
    return width;
  }

  /** The bytes that a node's operation takes at most, its constants included; moves take none. */
  int bytes(Node node) {
    if (isFraction(node) && VectorUnit.isPresent()) {
      return ofNegative;
    }
    return isLogOfMoreThanOne(node) ? ofFraction : bytes.getOrDefault(Member.primitive(node), 0);
  }

  private int measured(Primitive op) {
    Frame frame = frame();
    write(lanes(frame), op, LOCAL, LOCAL, LOCAL);
    return bytes(frame);
  }

  private Frame frame() {
    ClassWriter type = new ClassWriter(0);
    return new Frame(type.visitMethod(ACC_STATIC, "measured", "()V", null, null), width, LOCAL);
  }

  private static Lanes lanes(Frame frame) {
    return VectorUnit.isPresent() ? new VectorLanes(frame) : new ScalarLanes(frame);
  }

  private static int bytes(Frame frame) {
    Label end = new Label();
    frame.writer().visitLabel(end);
    return end.getOffset() + 10 * frame.numbers().size();
  }

  /** As {@link #write(Lanes, Primitive, int...)}, with what the inputs tell of their range. */
  int write(Lanes c, Node node, int... in) {
    if (isFraction(node) && VectorUnit.isPresent()) {
      return functions.expOfNegative(c, in[0]);
    }
    return isLogOfMoreThanOne(node)
        ? functions.log1pOfFraction(c, in[0])
        : write(c, Member.primitive(node), in);
  }

  private static boolean isLogOfMoreThanOne(Node node) {
    return Member.primitive(node) == Unary.LOG1P && isFraction(node.inputs().get(0));
  }

  /** Whether this is e^−|t|, as in softplus. */
  private static boolean isFraction(Node node) {
    return Member.primitive(node) == Unary.EXP
        && Member.primitive(node.inputs().get(0)) == Unary.NEGATE
        && Member.primitive(node.inputs().get(0).inputs().get(0)) == Unary.ABS;
  }

  /** Writes an operation on some locals and returns that of the result; a move is its operand. */
  int write(Lanes c, Primitive op, int... in) {
    if (op instanceof Unary unary) {
      return unary(c, unary, in[0]);
    }
    if (op instanceof Binary binary) {
      return binary(c, binary, in[0], in[1]);
    }
    return op instanceof Primitive.Select
        ? c.where(in[0], Test.EQUAL, c.number(0), in[2], in[1])
        : in[0];
  }

  /**
   * Without vectors the JVM's own exp and log: machine code from the first call on, where ours wait
   * for HotSpot. That is two thirds of the time of a fit whose density is long and seldom called.
   */
  private int unary(Lanes c, Unary op, int x) {
    return switch (op) {
      case NEGATE -> c.negate(x);
      case ABS -> c.abs(x);
      case SQUARE -> c.times(x, x);
      case SQRT -> c.sqrt(x);
      case RECIPROCAL -> c.over(c.number(1), x);
      case EXP -> VectorUnit.isPresent() ? functions.exp(c, x) : c.call(MATH, "exp", x);
      case EXPM1 -> functions.expm1(c, x);
      case LOG -> VectorUnit.isPresent() ? functions.log(c, x) : c.call(MATH, "log", x);
      case LOG1P -> functions.log1p(c, x);
      case TANH -> functions.tanh(c, x);
      case STOP_GRADIENT -> x;
      case SIN -> c.call(MATH, "sin", x);
      case COS -> c.call(MATH, "cos", x);
      default -> c.call(OWN, "unary", x, c.number(op.ordinal()));
    };
  }

  private static int binary(Lanes c, Binary op, int a, int b) {
    return switch (op) {
      case PLUS -> c.plus(a, b);
      case MINUS -> c.minus(a, b);
      case TIMES -> c.times(a, b);
      case OVER -> c.over(a, b);
      case MAXIMUM -> c.max(a, b);
      case MINIMUM -> c.min(a, b);
      case LESS -> c.where(a, Test.LESS, b, c.number(1), c.number(0));
      case LESS_EQUAL -> c.where(a, Test.LESS_EQUAL, b, c.number(1), c.number(0));
      case EQUAL -> c.where(a, Test.EQUAL, b, c.number(1), c.number(0));
      case POW -> c.call(MATH, "pow", a, b);
      default -> c.call(OWN, "binary", a, b, c.number(op.ordinal()));
    };
  }
}
