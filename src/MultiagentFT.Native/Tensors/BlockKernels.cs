using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>
/// What lies between the products of a decoder block in training, on libtorch's own threads (<c>native/torch_blocks</c>, on Linux). Arguments are
/// addresses: whoever calls sees to sizes and types.
/// </summary>
public static partial class BlockKernels
{
    private const string Library = "mft_torch_blocks";
    private static readonly Lazy<bool> Usable = new(Use);

    /// <summary>Call after libtorch is loaded, and nothing else before it.</summary>
    /// <returns>Whether the kernels can be called.</returns>
    public static bool AreUsable() => Usable.Value;

    /// <summary>The most elements of a head.</summary>
    public static int WidestHead => ReadWidestHead();

    /// <summary>The residual stream with what a half of a block gives, and its norm.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_norm")]
    public static partial void Norm(in NormArguments arguments);

    /// <summary>Adds the gradient of a norm's input to that of the residual stream.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_norm_back")]
    public static partial void NormBack(in NormBackArguments arguments);

    /// <summary>From rows to heads, with positions.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_heads")]
    public static partial void Heads(in HeadsArguments arguments);

    /// <summary>From heads to rows, against positions.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_heads_back")]
    public static partial void HeadsBack(in HeadsArguments arguments);

    /// <summary>Causal softmax in place.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_softmax")]
    public static partial void Softmax(in SoftmaxArguments arguments);

    /// <summary>The gradient of weights becomes that of scores.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_softmax_back")]
    public static partial void SoftmaxBack(in SoftmaxArguments arguments);

    /// <summary>silu(gate) · up.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_swiglu")]
    public static partial void SwiGlu(in SwiGluArguments arguments);

    /// <summary>Gate and up become their gradients.</summary>
    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_swiglu_back")]
    public static partial void SwiGluBack(in SwiGluArguments arguments);

    private static bool Use()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return Prepare() == 1;
        }
        catch (DllNotFoundException)
        {
            // A build without CMake's libraries.
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_use")]
    private static partial int Prepare();

    [LibraryImport(Library, EntryPoint = "mft_torch_blocks_widest_head")]
    private static partial int ReadWidestHead();
}
