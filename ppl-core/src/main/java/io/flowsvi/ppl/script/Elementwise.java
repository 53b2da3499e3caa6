package io.flowsvi.ppl.script;

import static io.flowsvi.ppl.script.Expressions.call;
import static io.flowsvi.ppl.script.Expressions.method;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Unary;

/** The expressions of element-wise functions, with numbers in the text where an operand is one. */
record Elementwise(Expressions.Names names) {
  static String unary(Unary op, String x) {
    return switch (op) {
      case NEGATE -> call("neg", x);
      case ERF_INVERSE -> call("erfinv", x);
      case SOFTPLUS -> method("softplus", x);
      case LOG_NORMAL_CDF -> call("special_log_ndtr", x);
      case TRIGAMMA -> call("special_zeta", "2", x);
      case BESSEL_I0E -> call("special_i0e", x);
      case BESSEL_I1E -> call("special_i1e", x);
      case STOP_GRADIENT -> x;
      case ABS,
          SIGN,
          SQUARE,
          SQRT,
          RECIPROCAL,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          SINH,
          COSH,
          TANH,
          ASINH,
          ATAN,
          SIGMOID,
          ERF,
          LGAMMA,
          DIGAMMA,
          FLOOR ->
          call(op.name().toLowerCase(java.util.Locale.ROOT), x);
    };
  }

  String binary(Binary op, Node left, Node right) {
    boolean both =
        left.kind() instanceof Node.Constant && right.kind() instanceof Node.Constant
            || op == Binary.ATAN2;
    if (!both && right.kind() instanceof Node.Constant c) {
      return withNumber(op, names.real(left), c.value());
    }
    if (!both && left.kind() instanceof Node.Constant c) {
      return numberFirst(op, c.value(), names.real(right));
    }
    return call(function(op), names.real(left), names.real(right));
  }

  private static String function(Binary op) {
    return switch (op) {
      case PLUS -> "add";
      case MINUS -> "sub";
      case TIMES -> "mul";
      case OVER -> "div";
      case POW -> "pow";
      case MAXIMUM -> "maximum";
      case MINIMUM -> "minimum";
      case ATAN2 -> "atan2";
      case LESS -> "lt";
      case LESS_EQUAL -> "le";
      case EQUAL -> "eq";
      case LOG_BETA, STANDARD_GAMMA_DERIVATIVE ->
          throw new RecordingException("libtorch has no call for " + op);
    };
  }

  private String withNumber(Binary op, String a, double value) {
    String b = names.number(value);
    return switch (op) {
      case MAXIMUM -> call("clamp_min", a, b);
      case MINIMUM -> call("clamp_max", a, b);
      default -> call(function(op), a, b);
    };
  }

  private String numberFirst(Binary op, double value, String b) {
    String a = names.number(value);
    return switch (op) {
      case MINUS -> call("rsub", b, a);
      case OVER -> call("mul", call("reciprocal", b), a);
      case POW -> call("pow", a, b);
      case LESS -> call("gt", b, a);
      case LESS_EQUAL -> call("ge", b, a);
      default -> withNumber(op, b, value);
    };
  }
}
