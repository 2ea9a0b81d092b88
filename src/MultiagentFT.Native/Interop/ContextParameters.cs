using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>llama_context_params of llama.cpp v0.5.0; see <see cref="ModelParameters"/> for why only offsets matter.</summary>
[StructLayout(LayoutKind.Sequential, Size = ParameterBlock.Size)]
internal struct ContextParameters
{
    private ParameterBlock _block;

    /// <summary>Tokens of all sequences together.</summary>
    public uint Context { readonly get => _block.Read<uint>(0); set => _block.Write(0, value); }

    /// <summary>Most rows of one decode call.</summary>
    public uint Batch { readonly get => _block.Read<uint>(4); set => _block.Write(4, value); }

    /// <summary>Most rows computed at once.</summary>
    public uint MicroBatch { readonly get => _block.Read<uint>(8); set => _block.Write(8, value); }

    public uint Sequences { readonly get => _block.Read<uint>(12); set => _block.Write(12, value); }

    /// <summary>Most rows of a micro-batch that ask for logits; 0 is as many as it has.</summary>
    public uint Outputs { readonly get => _block.Read<uint>(20); set => _block.Write(20, value); }

    /// <summary>The same for each sequence.</summary>
    public uint OutputsPerSequence { readonly get => _block.Read<uint>(24); set => _block.Write(24, value); }

    public int Threads { readonly get => _block.Read<int>(28); set => _block.Write(28, value); }

    /// <summary>Threads for calls of more than one row.</summary>
    public int BatchThreads { readonly get => _block.Read<int>(32); set => _block.Write(32, value); }

    /// <summary>How hidden states of a sequence become one; 0 is not at all, -1 what the model says.</summary>
    public int Pooling { readonly get => _block.Read<int>(44); set => _block.Write(44, value); }

    /// <summary>Whether times are not measured.</summary>
    public bool NoPerformance { readonly get => _block.Read<byte>(130) != 0; set => _block.Write(130, value ? (byte)1 : (byte)0); }

    /// <summary>Whether sliding-window layers keep every position, so that any prefix can be truncated to.</summary>
    public bool FullSlidingWindow { readonly get => _block.Read<byte>(132) != 0; set => _block.Write(132, value ? (byte)1 : (byte)0); }

    /// <summary>Whether all sequences share one KV buffer.</summary>
    public bool Unified { readonly get => _block.Read<byte>(133) != 0; set => _block.Write(133, value ? (byte)1 : (byte)0); }

    /// <summary>Whether the values that v0.5.0 is known to return stand at the offsets used here.</summary>
    public readonly bool HasExpectedDefaults =>
        Context == 512 && Batch == 2048 && MicroBatch == 512 && Sequences == 1 && Outputs == 0 && OutputsPerSequence == 1
        && Threads == 4 && BatchThreads == 4
        && RopeScaling == -1 && Pooling == -1 && FlashAttention == -1 && KeyType == 1 && ValueType == 1
        && NoPerformance && FullSlidingWindow && !Unified;

    private readonly int RopeScaling => _block.Read<int>(40);

    private readonly int FlashAttention => _block.Read<int>(52);

    /// <summary>A ggml_type; 1 is float16, 8 is Q8_0, which wants flash attention.</summary>
    public int KeyType { readonly get => _block.Read<int>(104); set => _block.Write(104, value); }

    public int ValueType { readonly get => _block.Read<int>(108); set => _block.Write(108, value); }
}
