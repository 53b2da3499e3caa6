package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.tensor.PplException;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes loop nests as a hidden class, one static method each.
 *
 * <p>The class file is of the oldest version whose verifier needs no stack maps.
 */
final class Emitter {
  static final String ARRAYS = "([[D)V";
  static final String NAME = "io/flowsvi/ppl/compile/Generated";

  private Emitter() {}

  /**
   * A generated class.
   *
   * @param code an instance of it
   * @param largest the bytes of its largest loop
   */
  record Emitted(Code code, int largest) {}

  /** The code of some parts, each a list of loop nests run one after another. */
  static Emitted emit(List<List<LoopNest>> parts) {
    int largest = 0;
    Set<Integer> distances = new TreeSet<>();
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        V1_5,
        ACC_FINAL | ACC_SUPER,
        NAME,
        null,
        "java/lang/Object",
        new String[] {"io/flowsvi/ppl/compile/Code"});
    constructor(writer);
    for (int p = 0; p < parts.size(); p++) {
      MethodVisitor part = writer.visitMethod(ACC_STATIC, "part" + p, ARRAYS, null, null);
      part.visitCode();
      for (int n = 0; n < parts.get(p).size(); n++) {
        String name = "loop" + p + "_" + n;
        MethodVisitor method = writer.visitMethod(ACC_STATIC, name, ARRAYS, null, null);
        LoopWriter.Written written = LoopWriter.write(method, parts.get(p).get(n));
        largest = Math.max(largest, written.bytes());
        distances.addAll(written.distances());
        part.visitVarInsn(ALOAD, 0);
        part.visitMethodInsn(INVOKESTATIC, NAME, name, ARRAYS, false);
      }
      part.visitInsn(RETURN);
      part.visitMaxs(0, 0);
      part.visitEnd();
    }
    dispatcher(writer, parts.size());
    distances(writer, distances);
    writer.visitEnd();
    return new Emitted(define(writer.toByteArray()), largest);
  }

  private static void constructor(ClassWriter writer) {
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    m.visitCode();
    m.visitVarInsn(ALOAD, 0);
    m.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
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
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "run", "(I[[D)V", null, null);
    m.visitCode();
    Label[] labels = new Label[parts];
    for (int p = 0; p < parts; p++) {
      labels[p] = new Label();
    }
    Label other = new Label();
    m.visitVarInsn(ILOAD, 1);
    m.visitTableSwitchInsn(0, parts - 1, other, labels);
    for (int p = 0; p < parts; p++) {
      m.visitLabel(labels[p]);
      m.visitVarInsn(ALOAD, 2);
      m.visitMethodInsn(INVOKESTATIC, NAME, "part" + p, ARRAYS, false);
      m.visitInsn(RETURN);
    }
    m.visitLabel(other);
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  private static Code define(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Code) lookup.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new PplException("The generated class could not be loaded: " + e + ".", e);
    }
  }
}
