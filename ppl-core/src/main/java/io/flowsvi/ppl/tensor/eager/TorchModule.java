package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.PplException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * TorchScript modules from text. An archive is a stored zip: source, a pickled empty object, two
 * constants.
 */
final class TorchModule {
  private TorchModule() {}

  /** DJL picks a method by the name of an extra array, whose content does not matter. */
  static NDArray selector(PtNDManager manager, String method) {
    NDArray array = manager.zeros(new ai.djl.ndarray.types.Shape(1));
    array.setName("module_method:" + method);
    return array;
  }

  /** A module of the operators and of more methods. */
  static PtSymbolBlock load(PtNDManager manager, String methods) {
    boolean tracking = JniUtils.isGradMode();
    try {
      byte[] archive = archive(TorchOperators.text() + methods);
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new PplException("The operator module could not be loaded into libtorch.", e);
    } finally {
      JniUtils.setGradMode(tracking);
    }
  }

  private static byte[] archive(String methods) throws IOException {
    String source =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return x\n"
            + methods;
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("c__torch__\nM\n)\u0081}X".getBytes(StandardCharsets.ISO_8859_1));
    pickle.write(new byte[] {8, 0, 0, 0});
    pickle.write("training".getBytes(StandardCharsets.ISO_8859_1));
    pickle.write(new byte[] {(byte) 0x88, 's', 'b', '.'});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", pickle.toByteArray());
      store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "m/version", "10\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
