package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Shape;

/**
 * Products of many matrices with one vector each, element by element and summed: libtorch's batched
 * product takes three times as long for them, forward and backward.
 */
record TorchVectors(TorchEngine engine) {
  private static final long[] COLUMNS = {-1};
  private static final long[] ROWS = {-2};

  /** Whether a product is one of these, and no matrix would have to be repeated for it. */
  static boolean are(Primitive.Matmul op, Shape result, Shape left, Shape right) {
    int rank = result.rank();
    if (rank < 3 || left.rank() != rank || right.rank() != rank) {
      return false;
    }
    boolean vector = result.dim(-1) == 1;
    if (!vector && result.dim(-2) != 1) {
      return false;
    }
    Shape matrix = vector ? left : right;
    int batch = result.leading(-1).leading(-1).size();
    return batch > 1 && matrix.leading(-1).leading(-1).size() == batch;
  }

  PtNDArray product(Primitive.Matmul op, Shape result, PtNDArray left, PtNDArray right) {
    boolean vector = result.dim(-1) == 1;
    PtNDArray matrix = vector ? left : right;
    PtNDArray other = vector ? right : left;
    // A matrix that is used by its rows as they are stored is summed over its columns.
    boolean byColumns = vector == ((vector ? op.left() : op.right()) == Side.PLAIN);
    boolean isRow = vector == ((vector ? op.right() : op.left()) != Side.PLAIN);
    PtNDArray turned = isRow == byColumns ? other : engine.keep(JniUtils.transpose(other, -2, -1));
    PtNDArray products = engine.keep(JniUtils.mul(matrix, turned));
    PtNDArray sums = JniUtils.sum(products, byColumns ? COLUMNS : ROWS, true);
    return vector == byColumns ? sums : JniUtils.transpose(engine.keep(sums), -2, -1);
  }
}
