using System.Runtime.InteropServices;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native;

/// <summary>The columns of llama_batch that a <see cref="DecodeBatch"/> does not have as such, kept from call to call.</summary>
internal sealed unsafe class BatchColumns : IDisposable
{
    /// <summary>The slot of each row.</summary>
    private readonly int* _slots;

    /// <summary>Each row belongs to one sequence.</summary>
    private readonly int* _counts;

    /// <summary>Each row's list of sequences: the address of its slot.</summary>
    private readonly int** _sequences;
    private readonly int _capacity;

    public BatchColumns(int capacity)
    {
        _capacity = capacity;
        _slots = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        _counts = (int*)NativeMemory.Alloc((nuint)capacity, sizeof(int));
        _sequences = (int**)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(int*));
        for (var row = 0; row < capacity; row++)
        {
            _counts[row] = 1;
            _sequences[row] = _slots + row;
        }
    }

    /// <returns>llama_decode's code.</returns>
    public int Decode(ContextHandle context, DecodeBatch batch)
    {
        batch.Slots.CopyTo(new Span<int>(_slots, _capacity));
        fixed (int* tokens = batch.Tokens, positions = batch.Positions)
        fixed (bool* outputs = batch.Outputs)
        {
            return LlamaMethods.Decode(context, new LlamaBatch
            {
                Count = batch.Count,
                Tokens = tokens,
                Positions = positions,
                SequenceCounts = _counts,
                Sequences = _sequences,
                Outputs = (byte*)outputs,
            });
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        NativeMemory.Free(_counts);
        NativeMemory.Free(_sequences);
    }
}
