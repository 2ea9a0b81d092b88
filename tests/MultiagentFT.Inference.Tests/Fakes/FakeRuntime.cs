using System.Collections.Concurrent;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>A model whose logits are a hash of the adapter and of all tokens so far, with failures on demand.</summary>
internal sealed class FakeRuntime : IModelRuntime
{
    public ModelDescription Model { get; } = new("fake.gguf", "fake", "hash", 0, 0, 4096, 258);

    public ITokenizer Tokenizer { get; init; } = new FakeTokenizer();

    public IChatTemplate ChatTemplate { get; } = new FakeChatTemplate();

    public ConcurrentQueue<FakeContext> Contexts { get; } = [];

    public ConcurrentQueue<FakeAdapter> Adapters { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>Called before each decode call with its number, from 0; may throw.</summary>
    public Action<int>? OnDecode { get; set; }

    /// <summary>Called before an adapter is loaded.</summary>
    public Action? OnLoadAdapter { get; set; }

    /// <summary>Whether slots have adapters of their own.</summary>
    public bool Mixes { get; set; }

    /// <summary>Of contexts that mix.</summary>
    public bool PrefersDenseSlots { get; set; }

    /// <summary>Whether slots can be cut.</summary>
    public bool CanTruncate { get; set; } = true;

    /// <summary>Whether contexts can be emptied.</summary>
    public bool CanClear { get; set; } = true;

    /// <summary>Whether contexts can be made.</summary>
    public bool CanCreate { get; set; } = true;

    /// <summary>Sequences whose last token is this have NaN among their logits.</summary>
    public int NanAfter { get; set; } = -1;

    /// <summary>Added to the end of turn's logit: everywhere when negative, else at every second place on average.</summary>
    public float EndLogit { get; set; } = 3f;

    /// <summary>Bytes whose logits are raised, so that they are drawn often.</summary>
    public byte[] Liked { get; init; } = [];

    public bool KeepsSlots { get; init; }

    public MemoryNeeds Needs(ContextOptions options) => new(0, 8L * options.SlotContext, 0);

    public IModelContext CreateContext(ContextOptions options)
    {
        if (!CanCreate) throw new InvalidOperationException("out of memory");
        var context = new FakeContext(this, options);
        Contexts.Enqueue(context);
        return context;
    }

    public IRuntimeAdapter LoadAdapter(string path)
    {
        if (path.EndsWith(".bad", StringComparison.Ordinal)) throw new InputException(path, null, "a LoRA adapter", "nothing");
        OnLoadAdapter?.Invoke();
        var adapter = new FakeAdapter(path);
        Adapters.Enqueue(adapter);
        return adapter;
    }

    public void Dispose()
    {
        Assert.All(Contexts, context => Assert.True(context.IsDisposed));
        Assert.All(Adapters, adapter => Assert.True(adapter.IsDisposed));
        Assert.False(IsDisposed);
        IsDisposed = true;
    }
}
