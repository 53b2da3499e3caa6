package io.flowsvi.ppl.tensor.eager;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.EngineProvider;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.SessionSettings;

/** Starts libtorch when a session first needs it; nothing is downloaded or contacted. */
public final class TorchEngineProvider implements EngineProvider {
  /** For the service loader. */
  public TorchEngineProvider() {}

  @Override
  public Backend backend() {
    return Backend.TORCH;
  }

  @Override
  public Source start(SessionSettings settings) {
    // These must be set before class Engine is initialised: it would contact a cloud metadata
    // address, and thread counts between operations are fixed at the start.
    defaultProperty("ai.djl.offline", "true");
    defaultProperty("OPT_OUT_TRACKING", "true");
    defaultProperty("ai.djl.pytorch.num_interop_threads", "1");
    defaultProperty("ai.djl.pytorch.num_threads", String.valueOf(settings.threads()));
    try {
      Engine.getEngine("PyTorch");
      JniUtils.setNumThreads(settings.threads());
    } catch (RuntimeException | LinkageError e) {
      throw new PplException(
          "The TORCH backend cannot start here: "
              + e.getMessage()
              + ". Likely fix: put the natives of your platform on the class path"
              + " (ai.djl.pytorch:pytorch-native-cpu and pytorch-jni, see the parent pom), check that the home folder"
              + " is writable, or use Backend.JAVA. The command 'doctor' shows what is there.",
          e);
    }
    return new TorchSource(settings);
  }

  private static void defaultProperty(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
