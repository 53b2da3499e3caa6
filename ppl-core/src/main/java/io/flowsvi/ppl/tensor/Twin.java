package io.flowsvi.ppl.tensor;

/**
 * Numbers in a Java array and in an engine's memory: what was written on one side is copied when
 * the other side is asked for, and not before.
 */
public final class Twin {
  private final double[] array;
  private final Memory memory;
  private boolean arrayIsOld;
  private boolean memoryIsOld = true;

  /** The engine's side, of as many numbers as it holds; in the engine's precision. */
  public interface Memory {
    /** Copies the first numbers of an array here. */
    void write(double[] values);

    /** Copies what is here to the beginning of an array. */
    void read(double[] values);
  }

  /** The array has the numbers, the memory has room for the first of them. */
  public Twin(double[] array, Memory memory) {
    this.array = array;
    this.memory = memory;
  }

  /** The array, up to date; to read from. */
  public double[] read() {
    if (arrayIsOld) {
      memory.read(array);
      arrayIsOld = false;
    }
    return array;
  }

  /** The array, up to date; to read from and to write to, until the next {@link #lend}. */
  public double[] write() {
    memoryIsOld = true;
    return read();
  }

  /** Brings the engine's memory up to date. */
  public void lend() {
    if (memoryIsOld) {
      memory.write(read());
      memoryIsOld = false;
    }
  }

  /** Brings the engine's memory up to date, which is then written to there. */
  public void giveAway() {
    lend();
    arrayIsOld = true;
  }
}
