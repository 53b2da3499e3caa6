package io.flowsvi.ppl.vector;

import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.SIPUSH;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** A method being written: its local variables, and the constants that it begins with. */
public final class Frame {
  private final MethodVisitor m;
  private final Width width;
  private final Map<Double, Integer> numbers = new LinkedHashMap<>();
  private int locals;

  /** A frame of numbers of a width, whose first locals are the arguments. */
  public Frame(MethodVisitor m, Width width, int arguments) {
    this.m = m;
    this.width = width;
    this.locals = arguments;
  }

  /** The width of its numbers. */
  public Width width() {
    return width;
  }

  public MethodVisitor writer() {
    return m;
  }

  /** A new local of one or two words. */
  public int take(int words) {
    int local = locals;
    locals += words;
    return local;
  }

  /** Pops a number into a new local. */
  public int store() {
    int local = take(width.words());
    m.visitVarInsn(width.opcode(ISTORE), local);
    return local;
  }

  /** The local of a constant; one asked for the first time gets a local without a value. */
  public int number(double value, int words) {
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    int local = take(words);
    numbers.put(value, local);
    return local;
  }

  /** The constants met so far. */
  public Set<Double> numbers() {
    return numbers.keySet();
  }

  /** Pushes a number. */
  public void pushNumber(double value) {
    m.visitLdcInsn(width.constant(value));
  }

  /** Pushes a whole number. */
  public void push(int value) {
    if (value >= -1 && value <= 5) {
      m.visitInsn(ICONST_0 + value);
    } else if (value == (byte) value) {
      m.visitIntInsn(BIPUSH, value);
    } else if (value == (short) value) {
      m.visitIntInsn(SIPUSH, value);
    } else {
      m.visitLdcInsn(value);
    }
  }

  /** Runs a body while a counter, which holds its start, is below what {@code end} pushes. */
  public void loop(int counter, int step, Runnable end, Runnable body) {
    Label test = new Label();
    Label turn = new Label();
    m.visitJumpInsn(GOTO, test);
    m.visitLabel(turn);
    body.run();
    m.visitIincInsn(counter, step);
    m.visitLabel(test);
    m.visitVarInsn(ILOAD, counter);
    end.run();
    m.visitJumpInsn(IF_ICMPLT, turn);
  }
}
