package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.EngineProvider;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.concurrent.atomic.AtomicLong;

/** Makes plain-Java engines; nothing to start, nothing to free. */
public final class PlainEngineProvider implements EngineProvider {
  /** For the service loader. */
  public PlainEngineProvider() {}

  @Override
  public Backend backend() {
    return Backend.JAVA;
  }

  @Override
  public Source start(SessionSettings settings) {
    AtomicLong operations = new AtomicLong();
    return new Source() {
      @Override
      public Engine open() {
        return new PlainEngine(operations);
      }

      @Override
      public long operations() {
        return operations.get();
      }

      @Override
      public void close() {}
    };
  }
}
