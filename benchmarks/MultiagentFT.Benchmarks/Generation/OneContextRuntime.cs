using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Benchmarks.Generation;

/// <summary>
/// Hands out one context that exists already. Two contexts of one size differ in speed by up to a tenth, depending on where
/// their memory lies: what is compared on one of them is free of that.
/// </summary>
internal sealed class OneContextRuntime(IModelRuntime inner, IModelContext context) : IModelRuntime
{
    public ModelDescription Model => inner.Model;

    public ITokenizer Tokenizer => inner.Tokenizer;

    public IChatTemplate ChatTemplate => inner.ChatTemplate;

    public bool KeepsSlots => inner.KeepsSlots;

    public MemoryNeeds Needs(ContextOptions options) => inner.Needs(options);

    public IModelContext CreateContext(ContextOptions options) => context;

    public IRuntimeAdapter LoadAdapter(string path) => inner.LoadAdapter(path);

    /// <summary>The inner runtime belongs to its owner.</summary>
    public void Dispose()
    {
    }
}
