package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Operations that DJL's array API lacks, as methods of one TorchScript module that is written here.
 *
 * <p>The module is loaded when first needed; its methods are differentiable by libtorch.
 */
final class TorchOperators {
  private static final Map<String, String> METHODS = new LinkedHashMap<>();
  private static final int MOST_AXES = 6;

  static {
    unary("log1p", "torch.log1p(x)");
    unary("expm1", "torch.expm1(x)");
    unary("asinh", "torch.asinh(x)");
    // The default threshold of 20 would cut off e^−20; at 40 the rest is below double precision.
    unary("softplus", "torch.softplus(x, 1, 40)");
    unary("log_ndtr", "torch.special_log_ndtr(x)");
    // libtorch's own trigamma, also inside the gradient of digamma, is off by 2e-10 relative at
    // 0.5;
    // the Hurwitz zeta function ζ(2, x) is the same function and exact to rounding.
    METHODS.put(
        "digamma",
        "  def digamma(self: __torch__.M, x: Tensor) -> Tensor:\n"
            + "    y = torch.detach(x)\n"
            + "    slope = torch.special_zeta(2, y)\n"
            + "    return torch.add(torch.digamma(y), torch.mul(torch.sub(x, y), slope))\n");
    // libtorch has no log B; the value comes from the host, the derivatives from here.
    METHODS.put(
        "log_beta",
        "  def log_beta(self: __torch__.M, a: Tensor, b: Tensor, value: Tensor) -> Tensor:\n"
            + "    p = torch.detach(a)\n"
            + "    q = torch.detach(b)\n"
            + "    both = torch.digamma(torch.add(p, q))\n"
            + "    da = torch.mul(torch.sub(a, p), torch.sub(torch.digamma(p), both))\n"
            + "    db = torch.mul(torch.sub(b, q), torch.sub(torch.digamma(q), both))\n"
            + "    return torch.add(torch.add(value, da), db)\n");
    unary("trigamma", "torch.special_zeta(2, torch.detach(x))");
    unary("i0e", "torch.special_i0e(x)");
    unary("i1e", "torch.special_i1e(x)");
    unary("reciprocal", "torch.reciprocal(x)");
    unary("amax", "torch.amax(x, [-1], False)");
    unary("logsumexp", "torch.logsumexp(x, [-1], False)");
    unary("logabsdet", "(torch.linalg_slogdet(x))[1]");
    unary("inverse", "(torch.linalg_inv_ex(x, check_errors=False))[0]");
    METHODS.put(
        "cholesky",
        "  def cholesky(self: __torch__.M, x: Tensor) -> Tensor:\n"
            + "    l, info = torch.linalg_cholesky_ex(x, upper=False, check_errors=False)\n"
            + "    bad = torch.unsqueeze(torch.unsqueeze(torch.ne(info, 0), -1), -1)\n"
            + "    return torch.masked_fill(l, bad, CONSTANTS_NAN)\n");
    binary("solve_lower", "torch.linalg_solve_triangular(a, b, upper=False)");
    binary("solve_upper", "torch.linalg_solve_triangular(a, b, upper=True)");
    binary(
        "solve_lower_t",
        "torch.linalg_solve_triangular(torch.transpose(a, -2, -1), b, upper=True)");
    binary(
        "solve_upper_t",
        "torch.linalg_solve_triangular(torch.transpose(a, -2, -1), b, upper=False)");
    // how: rate, both decays of moments, epsilon, the number of the update, the decay of weights,
    // which is 0 for Adam. TorchScript takes an operator for dead that changes the members of
    // lists, unless such a list is looked at afterwards.
    METHODS.put(
        "adam",
        "  def adam(self: __torch__.M, w: Tensor, g: Tensor, m: Tensor, v: Tensor, how: Tensor) ->"
            + " Tensor:\n"
            + "    rate = float(torch.select(how, 0, 0))\n"
            + "    beta1 = float(torch.select(how, 0, 1))\n"
            + "    beta2 = float(torch.select(how, 0, 2))\n"
            + "    epsilon = float(torch.select(how, 0, 3))\n"
            + "    count = torch.to(torch.select(how, 0, 4), 6)\n"
            + "    decay = float(torch.select(how, 0, 5))\n"
            + "    none = annotate(List[Tensor], [])\n"
            + "    ws = [w]\n"
            + "    torch._fused_adamw_(ws, [g], [m], [v], none, [count], lr=rate, beta1=beta1,"
            + " beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)\n"
            + "    return ws[0]\n");
    // how: stride, padding, output padding of height and of width.
    METHODS.put(
        "transpose_convolve",
        "  def transpose_convolve(self: __torch__.M, y: Tensor, k: Tensor, how: Tensor) ->"
            + " Tensor:\n"
            + "    s = int(torch.select(how, 0, 0))\n"
            + "    p = int(torch.select(how, 0, 1))\n"
            + "    h = int(torch.select(how, 0, 2))\n"
            + "    w = int(torch.select(how, 0, 3))\n"
            + "    return torch.conv_transpose2d(y, k, None, [s, s], [p, p], [h, w], 1, [1, 1])\n");
    for (int axis = 1; axis <= MOST_AXES; axis++) {
      binary("gather" + axis, "torch.index_select(a, -" + axis + ", b)");
      METHODS.put(
          "scatter" + axis,
          "  def scatter"
              + axis
              + "(self: __torch__.M, zeros: Tensor, index: Tensor, x: Tensor) -> Tensor:\n"
              + "    return torch.index_add(zeros, -"
              + axis
              + ", index, x)\n");
    }
  }

  /** The text of all methods. */
  static String text() {
    return String.join("", METHODS.values()).replace("CONSTANTS_NAN", "float(\"nan\")");
  }

  private final PtNDManager manager;
  private final Map<String, NDArray> names = new HashMap<>();
  private PtSymbolBlock module;

  TorchOperators(PtNDManager manager) {
    this.manager = manager;
  }

  private static void unary(String name, String expression) {
    METHODS.put(
        name,
        "  def "
            + name
            + "(self: __torch__.M, x: Tensor) -> Tensor:\n    return "
            + expression
            + "\n");
  }

  private static void binary(String name, String expression) {
    METHODS.put(
        name,
        "  def "
            + name
            + "(self: __torch__.M, a: Tensor, b: Tensor) -> Tensor:\n    return "
            + expression
            + "\n");
  }

  /** Runs one method. */
  PtNDArray run(String method, PtNDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (PtNDArray input : inputs) {
      list.add(input);
    }
    list.add(selector(method));
    return (PtNDArray) IValueUtils.forward(module, list, true).get(0);
  }

  private synchronized NDArray selector(String method) {
    if (module == null) {
      module = TorchModule.load(manager, "");
    }
    return names.computeIfAbsent(method, name -> TorchModule.selector(manager, name));
  }
}
