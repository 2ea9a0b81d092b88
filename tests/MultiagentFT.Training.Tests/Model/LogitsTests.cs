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
    public void Float32FilesAgreeClosely(string architecture, bool tied)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, TiedOutput = tied });
        var tokens = Tokens(48);
        AssertClose(LlamaLogits.Of(model, tokens), TrainerLogits.Of(model, tokens), 2e-3);
    }

    [Fact]
    public void AdaptersAgreeClosely()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"));
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
