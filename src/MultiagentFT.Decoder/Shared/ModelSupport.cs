using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Shared;

/// <summary>Which models the mixed-adapter decoder serves.</summary>
internal static class ModelSupport
{
    private const int MostHeadLength = 256;
    private const int Lanes = 16;

    /// <summary>Why this decoder does not compute a model: the file, the key, what was expected and found. Null where it does.</summary>
    public static InputException? Refusal(ModelFile model)
    {
        if (ArchitectureCatalog.Find(model.Architecture) is not { IsDecoded: true } architecture)
            return Unsupported("general.architecture", ArchitectureCatalog.Names(known => known.IsDecoded), model.Architecture);
        foreach (var tensor in model.File.Tensors)
        {
            if (!IsKnown(model, architecture, tensor.Name)) return Unsupported(tensor.Name, $"a tensor of a dense {architecture.Name} decoder", "this one");
        }
        if ((RopeScaling.Deviation(model) ?? PlainDecoder.Deviation(model)) is { } deviation) return Unsupported(deviation.Key, deviation.Expected, deviation.Found);
        var headLength = model.Shape.HeadLength;
        if (headLength % Lanes != 0 || headLength > MostHeadLength)
            return Unsupported($"{architecture.Name}.attention.key_length", $"a multiple of {Lanes}, at most {MostHeadLength}", $"{headLength}");
        return null;

        InputException Unsupported(string key, string expected, string found) =>
            new(model.File.Path, key, expected + " (the mixed-adapter decoder; --decoder llama serves others)", found);
    }

    /// <summary>The sizes of a model that this decoder serves.</summary>
    /// <exception cref="InputException">There is a <see cref="Refusal"/>.</exception>
    public static ModelShape Require(ModelFile model) => Refusal(model) is { } refusal ? throw refusal : model.Shape;

    /// <summary>A tensor that the decoder did not know would be left out of the result. Shapes were checked when the file was opened.</summary>
    private static bool IsKnown(ModelFile model, ModelArchitecture architecture, string tensor)
    {
        if (architecture.RotaryFactors.Contains(tensor)) return true;
        if (!BlockTensor.TryParse(tensor, model.Shape.Blocks, out var block, out var name))
            return ModelArchitecture.Globals(model.Shape).Any(known => known.Name == tensor);
        return architecture.Block(model.Shape, architecture.JoinsAttention(model.File, $"blk.{block}.")).Any(known => known.Name == name);
    }
}
