using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>The trainer's forward pass is llama.cpp's, on the same file.</summary>
public sealed class LogitsTests
{
    [Theory]
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    [InlineData("phi3", false)]
    public void Float32FilesAgreeClosely(string architecture, bool tied)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, TiedOutput = tied });
        var tokens = Tokens(48);
        AssertClose(LlamaLogits.Of(model, tokens), TrainerLogits.Of(model, tokens), 2e-3);
    }

    /// <summary>The oracle's slot has 256 tokens, and the trainer's sequence 48: on the same side of the original context.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("magnitude")]
    [InlineData("short")]
    [InlineData("long")]
    [InlineData("partial")]
    public void StretchedPositionsAgreeClosely(string name)
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, object> settings = name switch
        {
            "linear" => new() { ["rope.scaling.type"] = "linear", ["rope.scaling.factor"] = 4f },
            "magnitude" => new() { ["rope.scaling.attn_factor"] = 1.25f },
            "short" => new() { ["rope.scaling.attn_factor"] = 1.25f, ["rope.scaling.original_context_length"] = 512u },
            "long" => new() { ["rope.scaling.type"] = "longrope", ["rope.scaling.attn_factor"] = 1.25f, ["rope.scaling.original_context_length"] = 32u },
            _ => [],
        };
        var options = new TinyModelOptions
        {
            Architecture = name is "linear" or "magnitude" ? "llama" : "phi3",
            Settings = settings,
            RopeDimensions = name == "partial" ? 12 : 0,
            RopeFactors = name is "short" or "long" ? ([1, 1.1f, 1.2f, 1.3f, 1.4f, 1.5f, 1.6f, 1.7f], [1.5f, 2, 3, 4, 5, 6, 7, 8]) : null,
        };
        var model = TinyModel.Write(folder.File("model.gguf"), options);
        var plain = TinyModel.Write(folder.File("plain.gguf"), new TinyModelOptions { Architecture = options.Architecture });
        var tokens = Tokens(48);

        var expected = LlamaLogits.Of(model, tokens);

        AssertClose(expected, TrainerLogits.Of(model, tokens), 2e-3);
        Assert.True(Distance(expected, LlamaLogits.Of(plain, tokens)) > 0.01, "the setting changes nothing, so the comparison shows nothing");
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("phi3")]
    public void AdaptersAgreeClosely(string architecture)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), model);
        var tokens = Tokens(48);
        var expected = LlamaLogits.Of(model, tokens, adapter);
        AssertClose(expected, TrainerLogits.Of(model, tokens, adapter), 4e-3);
        Assert.True(Distance(expected, LlamaLogits.Of(model, tokens)) > 0.1, "the adapter changes nothing, so the comparison shows nothing");
    }

    [Theory]
    [InlineData(TensorType.Q8_0, 0.03)]
    [InlineData(TensorType.Q4_0, 0.03)]
    public void QuantizedFilesAgreeWithinTheNoiseOfQuantizedActivations(TensorType type, double tolerance)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = type });
        var tokens = Tokens(48);
        AssertClose(LlamaLogits.Of(model, tokens), TrainerLogits.Of(model, tokens), tolerance);
    }

    [Fact]
    public void BFloat16ProductsStayNearFloat32()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"));
        var tokens = Tokens(48);
        AssertClose(TrainerLogits.Of(model, tokens), TrainerLogits.Of(model, tokens, bfloat16: true), 0.03);
    }

    private static int[] Tokens(int count)
    {
        var random = new SplitMix64(7);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(250))];
    }

    private static void AssertClose(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var distance = Distance(expected, actual);
        Assert.True(distance <= tolerance, $"relative distance {distance}, allowed {tolerance}");
    }

    /// <summary>Root mean square of the difference over that of the expected values.</summary>
    private static double Distance(float[][] expected, float[][] actual)
    {
        var (difference, size) = (0.0, 0.0);
        for (var row = 0; row < expected.Length; row++)
        {
            for (var i = 0; i < expected[row].Length; i++)
            {
                difference += Math.Pow(expected[row][i] - actual[row][i], 2);
                size += Math.Pow(expected[row][i], 2);
            }
        }
        return Math.Sqrt(difference / size);
    }
}
