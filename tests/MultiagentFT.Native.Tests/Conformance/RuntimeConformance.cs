using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Conformance;

/// <summary>What the conformance tests of every runtime share. A runtime's own test classes say how it opens a model.</summary>
public abstract class RuntimeConformance : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected abstract IModelRuntime Open(string modelPath);

    protected string File(string name) => _folder.File(name);

    protected IModelRuntime OpenTiny(TinyModelOptions? options = null) => Open(TinyModel.Write(File("model.gguf"), options));

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
