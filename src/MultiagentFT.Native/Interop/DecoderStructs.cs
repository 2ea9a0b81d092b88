using System.Runtime.InteropServices;
using MultiagentFT.Gguf;

namespace MultiagentFT.Native.Interop;

/// <summary>mft_octet: eight ranks of a LoRA pair in 8 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderOctet
{
    public const int Ranks = 8;

    /// <summary>[inputs / 8, 8 ranks, 8 inputs], aligned to cache lines.</summary>
    public byte* A;

    /// <summary>[outputs / 16, 2, 16 outputs, 4 ranks], aligned to cache lines.</summary>
    public byte* B;

    /// <summary>Of what each rank adds.</summary>
    public fixed float Scales[Ranks];
}

/// <summary>mft_pair: one LoRA pair of one linear.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderPair
{
    /// <summary>Ranks that the kernels have room for.</summary>
    public const int MostRank = 256;

    /// <summary>float16 [rank, inputs].</summary>
    public Half* A;

    /// <summary>float16 [rank, outputs]: transposed.</summary>
    public Half* B;

    /// <summary>[rank / 8, rounded up], instead of A and B; null: float16.</summary>
    public DecoderOctet* Octets;

    /// <summary>0 is no pair.</summary>
    public int Rank;

    /// <summary>Of the product B A; factors are stored relative to their largest.</summary>
    public float Scale;
}

/// <summary>mft_rows: the rows of one step.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderRows
{
    public int Count;
    public int Outputs;
    public int* Tokens;
    public int* Slots;
    public int* Positions;
    public int* OutputIndex;
    public DecoderPair** Adapters;
}

/// <summary>mft_model: sizes, and tables that all blocks share.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderModel
{
    public int Embedding;
    public int Heads;
    public int KeyValueHeads;
    public int HeadLength;
    public int FeedForward;
    public int RopeDimensions;
    public int RopeHalves;
    public int SlotContext;
    public float Epsilon;
    public float ScoreScale;

    /// <summary>[slot context, rope dimensions / 2, (cos, sin)].</summary>
    public float* Rope;
    public byte* TokenEmbedding;
    public long TokenBytes;
    public delegate* unmanaged[Cdecl]<void*, float*, long, void> ToFloat;
    public float* OutputNorm;
}

/// <summary>mft_block: one block.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderBlock
{
    public int Index;
    private readonly int _reserved;
    public float* AttentionNorm;
    public float* FeedForwardNorm;
    public float* QueryNorm;
    public float* KeyNorm;
    public float* Bias;
    public float* OutputBias;

    /// <summary>[slots, key-value heads, slot context / 16, head length, 16], float16 or, where there are scales, int8.</summary>
    public void* Keys;

    /// <summary>[slots, key-value heads, slot context, head length].</summary>
    public void* Values;

    /// <summary>float16 [slots, key-value heads, slot context / 16, head length / 32, 16]; null where keys are float16.</summary>
    public ushort* KeyScales;

    /// <summary>float16 [slots, key-value heads, slot context, head length / 32].</summary>
    public ushort* ValueScales;
}

/// <summary>mft_activations: where a block's activations lie.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderActivations
{
    public float* Residual;
    public float* Normed;
    public float* Queries;
    public float* Keys;
    public float* Values;
    public long QueryStride;
    public long KeyStride;
    public long ValueStride;
    public float* Mixed;
    public float* Added;
    public float* Gate;
    public float* Up;
    public long GateStride;
    public long UpStride;
    public float* Hidden;

    /// <summary>[rows, 3, <see cref="DecoderPair.MostRank"/>]: A x of up to three targets that read the same input.</summary>
    public float* Projected;

    /// <summary>Rows in 8 bits, [width / 32, rows]; null where no quantized matrix reads them.</summary>
    public DecoderCell* NormedCells;
    public DecoderCell* MixedCells;
    public DecoderCell* HiddenCells;
}

/// <summary>mft_matrix: a matrix in panels of 16 outputs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderMatrix
{
    public int Format;
    public int Inputs;
    public int Outputs;
    private readonly int _reserved;

    /// <summary>Aligned to cache lines.</summary>
    public byte* Panels;
}

/// <summary>mft_cell: 32 neighbouring values of a row in 8 bits. Written and read by the kernels alone.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct DecoderCell;

/// <summary>mft_product: y = x matrix, and the first half A x of adapters that read the same x.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderProduct
{
    /// <summary>Null: only the adapters.</summary>
    public DecoderMatrix* Matrix;
    public DecoderRows* Rows;
    public DecoderBlock* Block;
    public float* X;
    public DecoderCell* Cells;
    public float* Y;
    public float* Projected;
    public int Inputs;
    public AdapterTarget FirstTarget;

    /// <summary>0 to 3.</summary>
    public int Targets;

    /// <summary>Of the targets.</summary>
    public fixed int Outputs[3];

    /// <summary>The next with targets, whose factors are fetched meanwhile; null: none.</summary>
    public DecoderProduct* Next;
}

/// <summary>mft_op: what one operation works on.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderOperation
{
    public DecoderModel* Model;
    public DecoderRows* Rows;
    public DecoderActivations* Activations;
    public DecoderBlock* Block;
    public DecoderBlock* Next;
    public DecoderActivations* Selected;
}

/// <summary>mft_task: an operation with its user data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecoderTask
{
    public nint Function;
    public void* Data;
}
