using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>
/// Whether ggml describes tensor types as this project reads them. Quantizing and dequantizing depend on nothing else of
/// ggml's version: a type's blocks never change once files have them, only the struct that describes them could.
/// </summary>
internal static unsafe class TypeTraitsCheck
{
    /// <summary>Types from here on are younger than the oldest ggml that is taken, whose table ends before them.</summary>
    private const TensorType FirstRecent = TensorType.NVFP4;

    /// <summary>Whether this version of ggml has a type; asking one that has not for its description would end the process.</summary>
    public static bool IsKnown(TensorType type) => type < FirstRecent
        || (GgmlMethods.BlockLength((int)type) == TensorTypes.BlockSize(type) && GgmlMethods.BlockBytes((int)type) == (nuint)TensorTypes.BlockBytes(type));

    /// <exception cref="InputException">It does not; <paramref name="folder"/> is named.</exception>
    public static void Run(string folder)
    {
        foreach (var type in Enum.GetValues<TensorType>().Where(IsKnown))
        {
            var traits = GgmlMethods.TypeTraits((int)type);
            if (traits->BlockLength != TensorTypes.BlockSize(type) || traits->BlockBytes != (nuint)TensorTypes.BlockBytes(type))
                throw Unknown(folder, TensorTypes.Name(type));
        }
        // The fields behind the sizes: float32 is no block type and has no decoder here; Q8_0 has both.
        var plain = GgmlMethods.TypeTraits((int)TensorType.F32);
        var blocks = GgmlMethods.TypeTraits((int)TensorType.Q8_0);
        if (plain->IsQuantized != 0 || plain->ToFloat is not null || blocks->IsQuantized != 1 || blocks->ToFloat is null || !Decodes(blocks))
            throw Unknown(folder, TensorTypes.Name(TensorType.Q8_0));
    }

    /// <summary>A block of Q8_0 is a float16 scale and 32 signed bytes.</summary>
    private static bool Decodes(TypeTraits* traits)
    {
        var block = stackalloc byte[34];
        *(Half*)block = (Half)0.5f;
        for (var i = 0; i < 32; i++) block[2 + i] = (byte)(i - 16);
        var values = stackalloc float[32];
        traits->ToFloat(block, values, 32);
        for (var i = 0; i < 32; i++)
        {
            if (values[i] != 0.5f * (i - 16)) return false;
        }
        return true;
    }

    private static InputException Unknown(string folder, string type) => new(
        folder, "ggml_type_traits", $"{type} as llama.cpp v{LlamaLibrary.PinnedVersion} describes it",
        $"another description: set {LlamaFolder.Variable} to a build of that version");
}
