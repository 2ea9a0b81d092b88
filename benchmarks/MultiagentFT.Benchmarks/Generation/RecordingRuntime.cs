using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Benchmarks.Generation;

/// <summary>Passes everything on to another runtime and keeps a record of what its one context was asked to do.</summary>
internal sealed class RecordingRuntime(IModelRuntime inner) : IModelRuntime
{
    public List<RecordedStep> Steps { get; } = [];

    public ModelDescription Model => inner.Model;

    public ITokenizer Tokenizer => inner.Tokenizer;

    public IChatTemplate ChatTemplate => inner.ChatTemplate;

    public bool KeepsSlots => inner.KeepsSlots;

    public MemoryNeeds Needs(ContextOptions options) => inner.Needs(options);

    public IModelContext CreateContext(ContextOptions options) => new Context(inner.CreateContext(options), Steps);

    public IRuntimeAdapter LoadAdapter(string path) => inner.LoadAdapter(path);

    public void Dispose() => inner.Dispose();

    private sealed class Context(IModelContext inner, List<RecordedStep> steps) : IModelContext
    {
        public ContextOptions Options => inner.Options;

        public bool MixesAdapters => inner.MixesAdapters;

        public bool PrefersDenseSlots => inner.PrefersDenseSlots;

        public void SetAdapter(IRuntimeAdapter? adapter) => inner.SetAdapter(adapter);

        public void SetAdapter(int slot, IRuntimeAdapter? adapter) => inner.SetAdapter(slot, adapter);

        public void Decode(DecodeBatch batch)
        {
            steps.Add(new RecordedStep([.. batch.Tokens], [.. batch.Positions], [.. batch.Slots], [.. batch.Outputs]));
            inner.Decode(batch);
        }

        public ReadOnlySpan<float> Logits(int row) => inner.Logits(row);

        public bool Truncate(int slot, int length)
        {
            steps.Add(new RecordedStep([], [], [], [], Truncate: (slot, length)));
            return inner.Truncate(slot, length);
        }

        public void Copy(int fromSlot, int toSlot)
        {
            steps.Add(new RecordedStep([], [], [], [], Copy: (fromSlot, toSlot)));
            inner.Copy(fromSlot, toSlot);
        }

        public void Clear() => inner.Clear();

        public void Dispose() => inner.Dispose();
    }
}
