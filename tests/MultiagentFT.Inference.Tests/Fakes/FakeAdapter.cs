using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>Changes the fake model's hash by its path.</summary>
internal sealed class FakeAdapter(string path) : IRuntimeAdapter
{
    public string Path => path;

    public long Bytes => 1;

    public bool IsDisposed { get; private set; }

    public ulong Key { get; } = System.IO.Path.GetFileName(path).Aggregate(17UL, (hash, c) => (hash * 1099511628211UL) ^ c);

    public void Dispose()
    {
        if (IsDisposed) throw new InvalidOperationException($"{path} is disposed twice");
        IsDisposed = true;
    }
}
