using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>
/// llama_model_params of llama.cpp v0.5.0, larger than the real struct and zero beyond it. The System V ABI passes such a
/// struct by value on the stack, the Windows and Arm ABIs by reference to a copy: in each the callee reads the part it
/// knows, so only the offsets below matter. LlamaLibrary checks them against the library's own defaults.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = ParameterBlock.Size)]
internal unsafe struct ModelParameters
{
    private ParameterBlock _block;

    /// <summary>Null-terminated list of devices; null takes all.</summary>
    public nint* Devices { set => _block.Write(0, (nint)value); }

    /// <summary>Layers on the GPU; negative is all.</summary>
    public int GpuLayers { readonly get => _block.Read<int>(16); set => _block.Write(16, value); }

    public readonly int SplitMode => _block.Read<int>(20);

    public bool VocabularyOnly { readonly get => _block.Read<byte>(72) != 0; set => _block.Write(72, value ? (byte)1 : (byte)0); }

    public readonly bool CheckTensors => _block.Read<byte>(73) != 0;

    public readonly bool UseExtraBufferTypes => _block.Read<byte>(74) != 0;

    /// <summary>Whether the values that v0.5.0 is known to return stand at the offsets used here.</summary>
    public readonly bool HasExpectedDefaults =>
        GpuLayers == -1 && SplitMode == 1 && !VocabularyOnly && !CheckTensors && UseExtraBufferTypes;
}
