using System.Runtime.InteropServices;
using MultiagentFT.Native;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Benchmarks.Generation;

/// <summary>
/// The least that llama.cpp needs for the same work: its own calls with prepared batches, and a look at the logits of
/// each output row. No scheduling, no sampling, no text.
/// </summary>
internal sealed unsafe class BareLoop : IDisposable
{
    private readonly LlamaContext _context;
    private readonly RecordedStep[] _steps;
    private readonly Prepared[] _batches;
    private readonly nint _memory;

    /// <param name="context">Not owned; what others know of its memory is wrong after a run: <see cref="LlamaContext.Clear"/>.</param>
    /// <param name="steps">What to decode.</param>
    public BareLoop(LlamaContext context, IEnumerable<RecordedStep> steps)
    {
        _context = context;
        _memory = LlamaMethods.Memory(_context.Handle);
        _steps = [.. steps];
        _batches = [.. _steps.Select(step => new Prepared(step))];
    }

    /// <returns>The sum of the first logits, so that nothing can be skipped.</returns>
    public float Run()
    {
        LlamaMethods.MemoryClear(_memory, data: 1);
        var sum = 0f;
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            if (step.Truncate is { } truncate)
            {
                LlamaMethods.MemoryRemove(_memory, truncate.Slot, truncate.Length, -1);
                continue;
            }
            if (step.Copy is { } copy)
            {
                LlamaMethods.MemoryRemove(_memory, copy.To, -1, -1);
                LlamaMethods.MemoryCopy(_memory, copy.From, copy.To, -1, -1);
                continue;
            }
            var code = LlamaMethods.Decode(_context.Handle, _batches[i].Batch);
            if (code != 0) throw new InvalidOperationException($"llama_decode returned {code}");
            for (var row = 0; row < step.Outputs.Length; row++)
            {
                if (step.Outputs[row]) sum += LlamaMethods.Logits(_context.Handle, row)[0];
            }
        }
        return sum;
    }

    public void Dispose()
    {
        foreach (var batch in _batches) batch.Free();
    }

    /// <summary>A llama_batch in memory that does not move.</summary>
    private sealed class Prepared
    {
        private readonly List<nint> _blocks = [];

        public Prepared(RecordedStep step)
        {
            var count = step.Tokens.Length;
            var slots = (int*)Keep<int>(step.Slots);
            var sequences = (int**)Block((nuint)(count * sizeof(int*)));
            for (var row = 0; row < count; row++) sequences[row] = slots + row;
            Batch = new LlamaBatch
            {
                Count = count,
                Tokens = (int*)Keep<int>(step.Tokens),
                Positions = (int*)Keep<int>(step.Positions),
                SequenceCounts = (int*)Keep<int>([.. Enumerable.Repeat(1, count)]),
                Sequences = sequences,
                Outputs = (byte*)Keep<bool>(step.Outputs),
            };
        }

        public LlamaBatch Batch { get; }

        public void Free()
        {
            foreach (var block in _blocks) NativeMemory.Free((void*)block);
        }

        private void* Keep<T>(ReadOnlySpan<T> values)
            where T : unmanaged
        {
            var block = Block((nuint)(values.Length * sizeof(T)));
            values.CopyTo(new Span<T>(block, values.Length));
            return block;
        }

        private void* Block(nuint bytes)
        {
            var block = NativeMemory.Alloc(Math.Max(bytes, 1));
            _blocks.Add((nint)block);
            return block;
        }
    }
}
