using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>The trainer's logits for every position of a sequence.</summary>
internal static class TrainerLogits
{
    public static float[][] Of(string model, int[] tokens, string? adapter = null, bool bfloat16 = false)
    {
        TorchLibrary.EnsureLoaded();
        using var file = ModelFile.Open(model);
        using var weights = ModelLoader.Load(file, bfloat16, CPU);
        using var decoder = new DecoderModel(weights, tokens.Length, bfloat16);
        using var lora = adapter is null ? null : Attach(decoder, weights, adapter);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var logits = decoder.Logits(decoder.Hidden(tensor([.. tokens.Select(token => (long)token)], [1, tokens.Length])).flatten(0, 1));
        var values = logits.data<float>().ToArray();
        return [.. values.Chunk(weights.Shape.Vocabulary)];
    }

    private static LoraWeights Attach(DecoderModel decoder, DecoderWeights weights, string adapter)
    {
        using var file = AdapterFile.Open(adapter);
        var options = new TrainingOptions { Rank = file.Pairs[0].Rank, Alpha = file.Alpha };
        var lora = LoraWeights.Load(file, weights.Shape, options, CPU);
        lora.Attach(decoder, options);
        return lora;
    }
}
