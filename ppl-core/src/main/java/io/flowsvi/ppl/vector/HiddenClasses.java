package io.flowsvi.ppl.vector;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** The parts that generated classes share. */
public final class HiddenClasses {
  private HiddenClasses() {}

  /** A class of an interface, with a constructor without arguments. */
  public static ClassWriter begin(String name, String implemented) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    String[] interfaces = {implemented};
    // The oldest version whose verifier needs no stack maps.
    writer.visit(V1_5, ACC_FINAL | ACC_SUPER, name, null, "java/lang/Object", interfaces);
    constructor(writer);
    return writer;
  }

  /** A constructor without arguments. */
  private static void constructor(ClassWriter writer) {
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    m.visitCode();
    m.visitVarInsn(ALOAD, 0);
    m.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** Writes the rest of a method: a choice among cases by its first argument, a whole number. */
  public static void choose(MethodVisitor m, int cases, IntConsumer body) {
    Label[] labels = new Label[cases];
    for (int i = 0; i < cases; i++) {
      labels[i] = new Label();
    }
    Label other = new Label();
    m.visitVarInsn(ILOAD, 1);
    m.visitTableSwitchInsn(0, cases - 1, other, labels);
    for (int i = 0; i < cases; i++) {
      m.visitLabel(labels[i]);
      body.accept(i);
      m.visitInsn(RETURN);
    }
    m.visitLabel(other);
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
  }

  /** An object of a written class, which sees what the lookup's class sees. */
  public static Object define(MethodHandles.Lookup lookup, ClassWriter writer) {
    try {
      MethodHandles.Lookup inside = lookup.defineHiddenClass(writer.toByteArray(), true);
      MethodType type = MethodType.methodType(void.class);
      return inside.findConstructor(inside.lookupClass(), type).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("The generated class could not be loaded: " + e + ".", e);
    }
  }
}
