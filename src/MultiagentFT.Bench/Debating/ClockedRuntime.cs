using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Bench.Debating;

/// <summary>
/// Passes everything on to another runtime, but for the tokenizer, and notes when the first token after <see cref="Restart"/>
/// could be drawn.
/// </summary>
internal sealed class ClockedRuntime(IModelRuntime inner, ITokenizer tokenizer, TimeProvider time) : IModelRuntime
{
    private long _firstToken;

    public ModelDescription Model => inner.Model;

    public ITokenizer Tokenizer => tokenizer;

    public IChatTemplate ChatTemplate => inner.ChatTemplate;

    /// <summary>When the first logits since the last restart were there; 0 when none have been.</summary>
    public long FirstToken => Interlocked.Read(ref _firstToken);

    public void Restart() => Interlocked.Exchange(ref _firstToken, 0);

    public bool KeepsSlots => inner.KeepsSlots;

    public MemoryNeeds Needs(ContextOptions options) => inner.Needs(options);

    public IModelContext CreateContext(ContextOptions options) => new Context(inner.CreateContext(options), this);

    public IRuntimeAdapter LoadAdapter(string path) => inner.LoadAdapter(path);

    public void Dispose() => inner.Dispose();

    private void Note() => Interlocked.CompareExchange(ref _firstToken, time.GetTimestamp(), 0);

    private sealed class Context(IModelContext inner, ClockedRuntime clock) : IModelContext
    {
        public ContextOptions Options => inner.Options;

        public bool MixesAdapters => inner.MixesAdapters;

        public bool PrefersDenseSlots => inner.PrefersDenseSlots;

        public void SetAdapter(IRuntimeAdapter? adapter) => inner.SetAdapter(adapter);

        public void SetAdapter(int slot, IRuntimeAdapter? adapter) => inner.SetAdapter(slot, adapter);

        public void Decode(DecodeBatch batch)
        {
            inner.Decode(batch);
            if (batch.Outputs.Contains(true)) clock.Note();
        }

        public ReadOnlySpan<float> Logits(int row) => inner.Logits(row);

        public bool Truncate(int slot, int length) => inner.Truncate(slot, length);

        public void Copy(int fromSlot, int toSlot) => inner.Copy(fromSlot, toSlot);

        public void Clear() => inner.Clear();

        public void Dispose() => inner.Dispose();
    }
}
