using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>llama_batch: columns of one decode call, owned by the caller.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public byte* Outputs;
}
