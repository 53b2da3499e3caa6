package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.VectorUnit;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
  static final String PART = "([[D[[I)V";
  static final String NAME = "io/flowsvi/ppl/compile/Generated";

  private Emitter() {}

  /**
   * A generated class.
   *
   * @param code an instance of it
   * @param places what each loop of each part is given
   * @param largest the bytes of its largest loop
   */
  record Emitted(Code code, int[][][] places, int largest) {}

  /** The code of some parts, each a list of loop nests run one after another. */
  static Emitted emit(List<List<LoopNest>> parts) {
    int largest = 0;
    Set<Integer> distances = new TreeSet<>();
    Map<List<Object>, String> known = new HashMap<>();
    int[][][] places = new int[parts.size()][][];
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        V1_5,
        ACC_FINAL | ACC_SUPER,
        NAME,
        null,
        "java/lang/Object",
        new String[] {"io/flowsvi/ppl/compile/Code"});
    HiddenClasses.constructor(writer);
    for (int p = 0; p < parts.size(); p++) {
      MethodVisitor part = writer.visitMethod(ACC_STATIC, "part" + p, PART, null, null);
      part.visitCode();
      places[p] = new int[parts.get(p).size()][];
      for (int n = 0; n < parts.get(p).size(); n++) {
        LoopNest nest = parts.get(p).get(n);
        Draft draft = LoopWriter.draft(nest);
        places[p][n] = draft.places();
        String name = known.get(draft.key());
        if (name == null) {
          name = "loop" + p + "_" + n;
          known.put(draft.key(), name);
          MethodVisitor m = writer.visitMethod(ACC_STATIC, name, LoopWriter.TYPE, null, null);
          LoopWriter.Written written = LoopWriter.write(m, nest, draft);
          largest = Math.max(largest, written.bytes());
          distances.addAll(written.distances());
        }
        call(part, name, n, nest);
      }
      part.visitInsn(RETURN);
      part.visitMaxs(0, 0);
      part.visitEnd();
    }
    dispatcher(writer, parts.size());
    distances(writer, distances);
    writer.visitEnd();
    Code code = (Code) HiddenClasses.define(MethodHandles.lookup(), writer);
    return new Emitted(code, places, largest);
  }

  /** Fills the arrays of sums, then calls the method for all turns of the outermost loop. */
  private static void call(MethodVisitor part, String name, int number, LoopNest nest) {
    Frame frame = new Frame(part, 2);
    for (Member member : nest.members()) {
      if (nest.isFilled(member)) {
        part.visitVarInsn(ALOAD, 0);
        frame.push(nest.store(member).slot());
        part.visitInsn(AALOAD);
        frame.push(nest.store(member).offset());
        frame.push(nest.store(member).offset() + member.node().shape().size());
        part.visitLdcInsn(LoopWriter.start(member));
        part.visitMethodInsn(INVOKESTATIC, "java/util/Arrays", "fill", "([DIID)V", false);
      }
    }
    int all = nest.depth() == 0 ? 1 : nest.dims()[0];
    int turns = Math.min(all, nest.turns());
    int from = frame.take(1);
    Label again = new Label();
    part.visitInsn(ICONST_0);
    part.visitVarInsn(ISTORE, from);
    part.visitLabel(again);
    part.visitVarInsn(ALOAD, 0);
    part.visitVarInsn(ILOAD, from);
    part.visitVarInsn(ILOAD, from);
    frame.push(turns);
    part.visitInsn(IADD);
    frame.push(all);
    part.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "min", "(II)I", false);
    part.visitVarInsn(ALOAD, 1);
    frame.push(number);
    part.visitInsn(AALOAD);
    part.visitMethodInsn(INVOKESTATIC, NAME, name, LoopWriter.TYPE, false);
    if (turns < all) {
      part.visitVarInsn(ILOAD, from);
      frame.push(turns);
      part.visitInsn(IADD);
      part.visitInsn(DUP);
      part.visitVarInsn(ISTORE, from);
      frame.push(all);
      part.visitJumpInsn(IF_ICMPLT, again);
    }
  }

  /** For each stride the static array 0, s, 2s … by which vectors are gathered. */
  private static void distances(ClassWriter writer, Set<Integer> strides) {
    MethodVisitor m = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    Frame frame = new Frame(m, 0);
    m.visitCode();
    for (int stride : strides) {
      String name = LoopWriter.distances(stride);
      writer.visitField(ACC_STATIC | ACC_FINAL, name, "[I", null, null).visitEnd();
      frame.push(VectorUnit.lanes());
      m.visitIntInsn(NEWARRAY, T_INT);
      for (int lane = 0; lane < VectorUnit.lanes(); lane++) {
        m.visitInsn(DUP);
        frame.push(lane);
        frame.push(lane * stride);
        m.visitInsn(IASTORE);
      }
      m.visitFieldInsn(PUTSTATIC, NAME, name, "[I");
    }
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  private static void dispatcher(ClassWriter writer, int parts) {
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "run", "(I[[D[[I)V", null, null);
    m.visitCode();
    HiddenClasses.choose(m, parts, new CallOfPart(m));
    m.visitEnd();
  }

  private record CallOfPart(MethodVisitor m) implements IntConsumer {
    @Override
    public void accept(int part) {
      m.visitVarInsn(ALOAD, 2);
      m.visitVarInsn(ALOAD, 3);
      m.visitMethodInsn(INVOKESTATIC, NAME, "part" + part, PART, false);
    }
  }
}
