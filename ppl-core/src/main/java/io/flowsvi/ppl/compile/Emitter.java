package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.Width;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes loop nests as a hidden class, one static method each; loops that differ in their arrays
 * alone, as those of equal layers, share one, which HotSpot then compiles once.
 *
 * <p>The class file is of the oldest version whose verifier needs no stack maps.
 */
final class Emitter {
  private static final String NAME = "io/flowsvi/ppl/compile/Generated";

  private final Width width;
  private final String part;

  private Emitter(Width width) {
    this.width = width;
    this.part = width.descriptor("([[D[[I)V");
  }

  /**
   * A generated class.
   *
   * @param code an instance of it
   * @param places what each loop of each part is given
   * @param largest the bytes of its largest loop
   */
  record Emitted(Code code, int[][][] places, int largest) {}

  /** The code of some parts, each a list of loop nests run one after another. */
  static Emitted emit(List<List<LoopNest>> parts, Width width) {
    return new Emitter(width).emit(parts);
  }

  private Emitted emit(List<List<LoopNest>> parts) {
    int largest = 0;
    Map<List<Object>, String> known = new HashMap<>();
    int[][][] places = new int[parts.size()][][];
    ClassWriter writer = HiddenClasses.begin(NAME, "io/flowsvi/ppl/compile/Code");
    for (int p = 0; p < parts.size(); p++) {
      MethodVisitor m = writer.visitMethod(ACC_STATIC, "part" + p, part, null, null);
      m.visitCode();
      places[p] = new int[parts.get(p).size()][];
      for (int n = 0; n < parts.get(p).size(); n++) {
        LoopNest nest = parts.get(p).get(n);
        Draft draft = LoopWriter.draft(nest);
        places[p][n] = draft.places();
        String name = known.get(draft.key());
        if (name == null) {
          name = "loop" + p + "_" + n;
          known.put(draft.key(), name);
          MethodVisitor loop =
              writer.visitMethod(ACC_STATIC, name, LoopWriter.type(width), null, null);
          largest = Math.max(largest, LoopWriter.write(loop, nest, draft));
        }
        call(m, name, n, nest);
      }
      m.visitInsn(RETURN);
      m.visitMaxs(0, 0);
      m.visitEnd();
    }
    dispatcher(writer, parts.size());
    writer.visitEnd();
    Code code = (Code) HiddenClasses.define(MethodHandles.lookup(), writer);
    return new Emitted(code, places, largest);
  }

  /** Fills the arrays of sums, then calls the method for all turns of the outermost loop. */
  private void call(MethodVisitor m, String name, int number, LoopNest nest) {
    Frame frame = new Frame(m, width, 2);
    for (Member member : nest.members()) {
      if (nest.isFilled(member)) {
        m.visitVarInsn(ALOAD, 0);
        frame.push(nest.store(member).slot());
        m.visitInsn(AALOAD);
        frame.push(nest.store(member).offset());
        frame.push(nest.store(member).offset() + member.node().shape().size());
        frame.pushNumber(LoopWriter.start(member));
        m.visitMethodInsn(
            INVOKESTATIC, "java/util/Arrays", "fill", width.descriptor("([DIID)V"), false);
      }
    }
    int all = nest.depth() == 0 ? 1 : nest.dims()[0];
    int turns = Math.min(all, nest.turns());
    int from = frame.take(1);
    Label again = new Label();
    m.visitInsn(ICONST_0);
    m.visitVarInsn(ISTORE, from);
    m.visitLabel(again);
    m.visitVarInsn(ALOAD, 0);
    m.visitVarInsn(ILOAD, from);
    m.visitVarInsn(ILOAD, from);
    frame.push(turns);
    m.visitInsn(IADD);
    frame.push(all);
    m.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "min", "(II)I", false);
    m.visitVarInsn(ALOAD, 1);
    frame.push(number);
    m.visitInsn(AALOAD);
    m.visitMethodInsn(INVOKESTATIC, NAME, name, LoopWriter.type(width), false);
    if (turns < all) {
      m.visitVarInsn(ILOAD, from);
      frame.push(turns);
      m.visitInsn(IADD);
      m.visitInsn(DUP);
      m.visitVarInsn(ISTORE, from);
      frame.push(all);
      m.visitJumpInsn(IF_ICMPLT, again);
    }
  }

  private void dispatcher(ClassWriter writer, int parts) {
    MethodVisitor m =
        writer.visitMethod(ACC_PUBLIC, "run", "(I[Ljava/lang/Object;[[I)V", null, null);
    m.visitCode();
    HiddenClasses.choose(m, parts, new CallOfPart(m, width));
    m.visitEnd();
  }

  private record CallOfPart(MethodVisitor m, Width width) implements IntConsumer {
    @Override
    public void accept(int part) {
      m.visitVarInsn(ALOAD, 2);
      m.visitTypeInsn(CHECKCAST, width.descriptor("[[D"));
      m.visitVarInsn(ALOAD, 3);
      m.visitMethodInsn(INVOKESTATIC, NAME, "part" + part, width.descriptor("([[D[[I)V"), false);
    }
  }
}
