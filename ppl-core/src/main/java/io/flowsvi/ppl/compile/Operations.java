package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DCONST_1;
import static org.objectweb.asm.Opcodes.DDIV;
import static org.objectweb.asm.Opcodes.DMUL;
import static org.objectweb.asm.Opcodes.DNEG;
import static org.objectweb.asm.Opcodes.DSUB;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Unary;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.MethodVisitor;

/** The code of each element-wise operation; one that has none here calls its scalar definition. */
final class Operations {
  private static final String MATH = "java/lang/Math";
  private static final String OWN = "io/flowsvi/ppl/compile/Elementary";

  private Operations() {}

  /** Pushes the operands and the result of an operation on them; anything else is a copy. */
  static <T> void write(MethodVisitor m, Primitive op, List<T> operands, Consumer<T> push) {
    if (op == Unary.RECIPROCAL) {
      m.visitInsn(DCONST_1);
    }
    operands.forEach(push);
    if (op instanceof Unary unary) {
      unary(m, unary);
    } else if (op instanceof Binary binary) {
      binary(m, binary);
    } else if (op instanceof Primitive.Select) {
      call(m, OWN, "select", "(DDD)D");
    }
  }

  private static void unary(MethodVisitor m, Unary op) {
    switch (op) {
      case NEGATE -> m.visitInsn(DNEG);
      case ABS -> call(m, MATH, "abs", "(D)D");
      case SQUARE -> {
        m.visitInsn(DUP2);
        m.visitInsn(DMUL);
      }
      case SQRT -> call(m, MATH, "sqrt", "(D)D");
      case RECIPROCAL -> m.visitInsn(DDIV);
      case EXP -> call(m, MATH, "exp", "(D)D");
      case LOG -> call(m, MATH, "log", "(D)D");
      case SIN -> call(m, MATH, "sin", "(D)D");
      case COS -> call(m, MATH, "cos", "(D)D");
      case LOG1P -> call(m, OWN, "log1p", "(D)D");
      case TANH -> call(m, OWN, "tanh", "(D)D");
      case STOP_GRADIENT -> {}
      default -> {
        m.visitLdcInsn(op.ordinal());
        call(m, OWN, "unary", "(DI)D");
      }
    }
  }

  private static void binary(MethodVisitor m, Binary op) {
    switch (op) {
      case PLUS -> m.visitInsn(DADD);
      case MINUS -> m.visitInsn(DSUB);
      case TIMES -> m.visitInsn(DMUL);
      case OVER -> m.visitInsn(DDIV);
      case MAXIMUM -> call(m, MATH, "max", "(DD)D");
      case MINIMUM -> call(m, MATH, "min", "(DD)D");
      case POW -> call(m, MATH, "pow", "(DD)D");
      case LESS -> call(m, OWN, "less", "(DD)D");
      case LESS_EQUAL -> call(m, OWN, "lessEqual", "(DD)D");
      case EQUAL -> call(m, OWN, "equal", "(DD)D");
      default -> {
        m.visitLdcInsn(op.ordinal());
        call(m, OWN, "binary", "(DDI)D");
      }
    }
  }

  private static void call(MethodVisitor m, String owner, String name, String type) {
    m.visitMethodInsn(INVOKESTATIC, owner, name, type, false);
  }
}
