using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>This project's own kernels (<c>native/decoder</c>), loaded once a process on first use.</summary>
internal sealed unsafe class DecoderLibrary
{
    private static readonly Lazy<DecoderLibrary> Loaded = new(() => new DecoderLibrary());
    private readonly nint _library;

    private DecoderLibrary()
    {
        try
        {
            _library = NativeLibrary.Load(DecoderMethods.Library, typeof(DecoderLibrary).Assembly, null);
        }
        catch (DllNotFoundException error)
        {
            throw new InputException(
                AppContext.BaseDirectory, null, $"the library {DecoderMethods.Library}, which comes with the build", "none: build again", error);
        }
        CheckSizes();
        (Embed, ProjectHeads, Attention) = (Export("embed"), Export("qkv"), Export("attention"));
        (Multiply, Quantize) = (Export("multiply"), Export("quantize"));
        (Attended, SwiGlu, Fed) = (Export("attended"), Export("swiglu"), Export("fed"));
        CopyFloats = NativeLibrary.GetExport(_library, "mft_copy_floats");
    }

    /// <exception cref="InputException">The library is missing or of another build.</exception>
    public static DecoderLibrary Instance => Loaded.Value;

    /// <summary>The kernels in use: <c>avx512vnni</c>, <c>avx512</c>, <c>avx2</c>, <c>neon</c> or <c>plain</c>.</summary>
    public string Kernels => Marshal.PtrToStringUTF8((nint)DecoderMethods.Kernels()) ?? "";

    /// <summary>mft_op_multiply, whose user data is a product.</summary>
    public nint Multiply { get; }

    /// <summary>mft_op_quantize.</summary>
    public nint Quantize { get; }

    /// <summary>mft_op_embed; the others are named as in mft_decoder.h.</summary>
    public nint Embed { get; }

    public nint ProjectHeads { get; }

    public nint Attention { get; }

    public nint Attended { get; }

    public nint SwiGlu { get; }

    public nint Fed { get; }

    /// <summary>mft_copy_floats, the decoder of float32 rows.</summary>
    public nint CopyFloats { get; }

    /// <summary>Uses other kernels from now on; null the best that this machine has.</summary>
    /// <exception cref="InputException">This machine cannot run them.</exception>
    public void Select(string? name)
    {
        if (DecoderMethods.Select(name) != 0) throw new InputException("kernels", null, "kernels that this machine can run", name ?? "none");
    }

    private static void CheckSizes()
    {
        int[] expected =
        [
            sizeof(DecoderPair), sizeof(DecoderRows), sizeof(DecoderModel), sizeof(DecoderBlock), sizeof(DecoderActivations),
            sizeof(DecoderOperation), sizeof(DecoderMatrix), sizeof(DecoderCell), sizeof(DecoderProduct),
            sizeof(DecoderTask), sizeof(DecoderOctet),
        ];
        var found = new int[expected.Length];
        fixed (int* sizes = found) DecoderMethods.Sizes(sizes);
        if (!found.SequenceEqual(expected))
        {
            throw new InputException(
                AppContext.BaseDirectory, DecoderMethods.Library, $"structs of {string.Join(", ", expected)} bytes", string.Join(", ", found));
        }
    }

    private nint Export(string operation) => NativeLibrary.GetExport(_library, "mft_op_" + operation);
}
