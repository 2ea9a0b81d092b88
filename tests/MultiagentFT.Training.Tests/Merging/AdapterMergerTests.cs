using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Testing;
using MultiagentFT.Training.Merging;
using MultiagentFT.Training.Tests.Model;

namespace MultiagentFT.Training.Tests.Merging;

public sealed class AdapterMergerTests
{
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 53) % 250)];

    [Theory]
    [InlineData(TensorType.F32, null, 1e-3)]
    [InlineData(TensorType.F32, TensorType.F16, 3e-3)]
    [InlineData(TensorType.F16, null, 3e-3)]
    [InlineData(TensorType.Q8_0, null, 0.04)]
    [InlineData(TensorType.Q8_0, TensorType.F16, 0.04)]
    public void AMergedModelAnswersAsTheBaseWithTheAdapter(TensorType baseType, TensorType? mergedType, double tolerance)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = baseType });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), model);
        Merge(model, adapter, folder.File("merged.gguf"), mergedType);

        var applied = LlamaLogits.Of(model, Tokens, adapter);
        var merged = LlamaLogits.Of(folder.File("merged.gguf"), Tokens);
        Assert.True(RelativeDistance(applied, merged) <= tolerance, $"relative distance {RelativeDistance(applied, merged)}");
        Assert.True(RelativeDistance(applied, LlamaLogits.Of(model, Tokens)) > 2 * tolerance, "the adapter changes too little to tell");
    }

    [Theory]
    [InlineData(TensorType.F32, 1e-3)]
    [InlineData(TensorType.Q8_0, 0.04)]
    public void FactorsOfTheEmbeddingAndOfOtherTypesAreMergedToo(TensorType factors, double tolerance)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(
            folder.File("adapter.gguf"), model, new TinyAdapterOptions { Type = factors, WithEmbedding = true, Targets = ["attn_q"], Rank = 32 });
        Merge(model, adapter, folder.File("merged.gguf"), null);

        var applied = LlamaLogits.Of(model, Tokens, adapter);
        var merged = LlamaLogits.Of(folder.File("merged.gguf"), Tokens);
        Assert.True(RelativeDistance(applied, merged) <= tolerance, $"relative distance {RelativeDistance(applied, merged)}");
        Assert.True(RelativeDistance(applied, LlamaLogits.Of(model, Tokens)) > 2 * tolerance, "the adapter changes too little to tell");
    }

    public static TheoryData<TensorType> TrainedTypes => [
        TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K, TensorType.IQ4_NL, TensorType.IQ4_XS];

    /// <summary>Some rows at a time, a matrix comes to the bits of one that is computed as a whole, in plain loops; and the model answers as with the adapter.</summary>
    [Theory]
    [MemberData(nameof(TrainedTypes))]
    public void AStreamOfRowsIsTheWholeMatrix(TensorType type)
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 256, Blocks = 1 });
        var adapterPath = TinyAdapter.Write(folder.File("adapter.gguf"), path, new TinyAdapterOptions { Reach = 1, Targets = ["attn_v", "ffn_up"] });
        using var model = ModelFile.Open(path);
        using var adapter = AdapterFile.Open(adapterPath);
        // Two rows at a time.
        var streamed = AdapterMerger.Merge(model, adapter, folder.File("streamed.gguf"), null, null, 600, default);
        var whole = AdapterMerger.Merge(model, adapter, folder.File("whole.gguf"), null, null, int.MaxValue, default);

        Assert.Equal(whole.Survived, streamed.Survived);
        Assert.Equal(File.ReadAllBytes(folder.File("whole.gguf")), File.ReadAllBytes(folder.File("streamed.gguf")));
        using var merged = ModelFile.Open(folder.File("streamed.gguf"));
        foreach (var pair in adapter.Pairs)
        {
            var tensor = model.File.RequireTensor(pair.BaseTensor);
            var values = TensorCodec.Dequantize(tensor.Type, model.File.Read(tensor), tensor.Elements);
            var (a, b) = (FloatTensors.Read(adapter.File, pair.A), FloatTensors.Read(adapter.File, pair.B));
            for (var i = 0; i < values.Length; i++)
            {
                var (row, column) = (i / (int)tensor.RowLength, i % (int)tensor.RowLength);
                for (var k = 0; k < pair.Rank; k++) values[i] = (a[(k * (int)tensor.RowLength) + column] * (adapter.Alpha / pair.Rank * b[(row * pair.Rank) + k])) + values[i];
            }
            Assert.Equal(TensorCodec.Quantize(type, values, tensor.RowLength), merged.File.Read(merged.File.RequireTensor(pair.BaseTensor)));
        }
        var applied = LlamaLogits.Of(path, Tokens, adapterPath);
        var (rest, change) = (RelativeDistance(applied, LlamaLogits.Of(folder.File("streamed.gguf"), Tokens)), RelativeDistance(applied, LlamaLogits.Of(path, Tokens)));
        Assert.True(rest < 0.75 * change, $"{rest} of {change} is lost");
    }

    /// <summary>Every type that is offered: the file says so, its matrices are the merged values in that type, and llama.cpp answers as the trainer does from it.</summary>
    [Theory]
    [MemberData(nameof(TrainedTypes))]
    public void AModelIsMergedIntoAnyType(TensorType type)
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { EmbeddingLength = 256, FeedForwardLength = 256, Blocks = 1 });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), path, new TinyAdapterOptions { Targets = ["attn_v", "ffn_up"] });
        Merge(path, adapter, folder.File("exact.gguf"), null);
        var result = Merge(path, adapter, folder.File("merged.gguf"), type);

        Assert.Empty(result.Kept);
        Assert.Equal(TrainedTypes.Count, AdapterMerger.FileTypes.Count);
        using var exact = ModelFile.Open(folder.File("exact.gguf"));
        using var merged = ModelFile.Open(folder.File("merged.gguf"));
        Assert.Equal(AdapterMerger.FileTypes[type], merged.File.Metadata.Require<uint>("general.file_type"));
        foreach (var tensor in exact.File.Tensors.Where(tensor => tensor.Shape.Count > 1))
        {
            var values = TensorCodec.Dequantize(tensor.Type, exact.File.Read(tensor), tensor.Elements);
            Assert.Equal(TensorCodec.Quantize(type, values, tensor.RowLength), merged.File.Read(merged.File.RequireTensor(tensor.Name)));
        }
        Assert.InRange(RelativeDistance(LlamaLogits.Of(folder.File("merged.gguf"), Tokens), TrainerLogits.Of(folder.File("merged.gguf"), Tokens)), 0, 0.05);
    }

    [Fact]
    public void PartsAreReadAndWritten()
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 });
        var adapterPath = TinyAdapter.Write(folder.File("adapter.gguf"), path);
        using var model = ModelFile.Open(path);
        using var adapter = AdapterFile.Open(adapterPath);
        var whole = AdapterMerger.Merge(model, adapter, folder.File("whole.gguf"), null);
        var parts = GgufWriter.WriteParts(
            folder.File("base.gguf"), model.File.Metadata, [.. model.File.Tensors.Select(info => new TensorSource(info.Name, info.Type, info.Shape, () => model.File.Read(info)))], 20_000);
        Assert.True(parts.Count > 3, $"{parts.Count} parts");
        Assert.Equal($"base-00001-of-0000{parts.Count}.gguf", Path.GetFileName(parts[0]));
        Assert.Contains("expected the first part of the model, 0, found 1", Assert.Throws<InputException>(() => ModelFile.Open(parts[1])).Message, StringComparison.Ordinal);

        using var split = ModelFile.Open(parts[0]);
        var result = AdapterMerger.Merge(split, adapter, folder.File("merged.gguf"), null, 30_000);
        var one = AdapterMerger.Merge(split, adapter, folder.File("one.gguf"), null, long.MaxValue);

        Assert.Equal(model.Fingerprint, split.Fingerprint);
        Assert.Equal([folder.File("one.gguf")], one.Files);
        Assert.Equal(File.ReadAllBytes(folder.File("whole.gguf")), File.ReadAllBytes(folder.File("one.gguf")));
        Assert.True(result.Files.Count > 2, $"{result.Files.Count} parts");
        Assert.Equal(whole.Survived, result.Survived, 1e-12);
        using var expected = ModelFile.Open(folder.File("whole.gguf"));
        using var found = ModelFile.Open(result.Files[0]);
        Assert.Equal(expected.Name, found.Name);
        Assert.Equal(expected.File.Metadata.Keys, found.File.Metadata.Keys);
        foreach (var tensor in expected.File.Tensors) Assert.Equal(expected.File.Read(tensor), found.File.Read(found.File.RequireTensor(tensor.Name)));
        Assert.False(File.Exists(folder.File("merged.gguf")));
    }

    [Fact]
    public void ATypeThatCannotBeWrittenIsRefusedBeforeAnythingIs()
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder.File("f32.gguf"), new TinyModelOptions { EmbeddingLength = 256, FeedForwardLength = 512, Blocks = 1 });
        using (var f32 = ModelFile.Open(path))
        {
            GgufWriter.Write(folder.File("model.gguf"), f32.File.Metadata, [.. f32.File.Tensors.Select(info => info.Name.Contains("ffn_down", StringComparison.Ordinal)
                ? new TensorSource(info.Name, TensorType.IQ2_XXS, info.Shape, () => new byte[TensorTypes.Bytes(TensorType.IQ2_XXS, info.Elements)])
                : new TensorSource(info.Name, info.Type, info.Shape, () => f32.File.Read(info)))]);
        }
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), folder.File("model.gguf"));
        var error = Assert.Throws<InputException>(() => Merge(folder.File("model.gguf"), adapter, folder.File("merged.gguf"), null));
        Assert.EndsWith("blk.0.ffn_down.weight: expected a type that can be written without an importance matrix (--type f16 is one), found iq2_xxs", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("merged.gguf")));
    }

    [Fact]
    public void FactorsOfAnEmbeddingThatIsTheOutputTooAreRefused()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TiedOutput = true });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), model, new TinyAdapterOptions { WithEmbedding = true });
        var error = Assert.Throws<InputException>(() => Merge(model, adapter, folder.File("merged.gguf"), null));
        Assert.Contains("token_embd.weight: expected no pair", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsWithoutAPairAreCopiedBitByBit()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q4_0 });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), model, new TinyAdapterOptions { Targets = ["attn_q"] });
        Merge(model, adapter, folder.File("merged.gguf"), null);
        using var before = ModelFile.Open(model);
        using var after = ModelFile.Open(folder.File("merged.gguf"));
        foreach (var tensor in before.File.Tensors)
        {
            var same = before.File.Read(tensor).AsSpan().SequenceEqual(after.File.Read(after.File.RequireTensor(tensor.Name)));
            Assert.Equal(!tensor.Name.EndsWith("attn_q.weight", StringComparison.Ordinal), same);
        }
    }

    /// <summary>A change below half a step of four bits is rounded away; float16 keeps it.</summary>
    [Fact]
    public void WhatRoundingLeavesOfAChangeIsTold()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q4_0 });
        var weak = TinyAdapter.Write(folder.File("weak.gguf"), model, new TinyAdapterOptions { Reach = 0.001f });

        Assert.InRange(Merge(model, weak, folder.File("same.gguf"), null).Survived, 0, 0.2);
        Assert.InRange(Merge(model, weak, folder.File("f32.gguf"), TensorType.F32).Survived, 0.9999, 1);
        Assert.InRange(Merge(model, weak, folder.File("f16.gguf"), TensorType.F16).Survived, 0.9, 1);
    }

    [Fact]
    public void RowsThatDoNotFillBlocksStayFloat16()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { FeedForwardLength = 172 });
        var adapter = TinyAdapter.Write(folder.File("adapter.gguf"), model, new TinyAdapterOptions { Targets = ["attn_q", "ffn_down"] });

        var result = Merge(model, adapter, folder.File("merged.gguf"), TensorType.Q8_0);

        using var merged = ModelFile.Open(folder.File("merged.gguf"));
        Assert.Equal(["blk.0.ffn_down.weight", "blk.1.ffn_down.weight"], result.Kept.Order());
        Assert.Equal(TensorType.F16, merged.File.RequireTensor("blk.0.ffn_down.weight").Type);
        Assert.Equal(TensorType.Q8_0, merged.File.RequireTensor("blk.0.attn_q.weight").Type);
    }

    /// <summary>The largest float16 is 65 504; a block's scale is one too.</summary>
    [Theory]
    [InlineData(TensorType.F16, 1e5f)]
    [InlineData(TensorType.Q8_0, 1e8f)]
    public void WeightsTooLargeForTheTypeAreRefused(TensorType type, float size)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"));
        using (var file = ModelFile.Open(model))
        {
            var (a, b) = (new float[64], new float[64]);
            (a[3], b[5]) = (1, size);
            AdapterWriter.Write(folder.File("huge.gguf"), file, 1, "huge", [new AdapterPairData("blk.0.attn_q.weight", 1, a, b)]);
        }

        var error = Assert.Throws<InputException>(() => Merge(model, folder.File("huge.gguf"), folder.File("merged.gguf"), type));

        Assert.Contains("blk.0.attn_q.weight: expected merged weights that ", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("merged.gguf")));
    }

    [Fact]
    public void AnAdapterOfAnotherBaseIsRefused()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder.File("model.gguf"));
        var other = TinyModel.Write(folder.File("other.gguf"), new TinyModelOptions { Seed = 2 });
        var adapter = folder.File("adapter.gguf");
        using (var file = ModelFile.Open(other))
            AdapterWriter.Write(adapter, file, 8, "other", [new AdapterPairData("blk.0.attn_q.weight", 1, new float[64], new float[64])]);
        var error = Assert.Throws<InputException>(() => Merge(model, adapter, folder.File("merged.gguf"), null));
        Assert.Contains(adapter, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("merged.gguf")));
    }

    private static MergeResult Merge(string model, string adapter, string output, TensorType? type)
    {
        using var modelFile = ModelFile.Open(model);
        using var adapterFile = AdapterFile.Open(adapter);
        return AdapterMerger.Merge(modelFile, adapterFile, output, type);
    }

    private static double RelativeDistance(float[][] expected, float[][] actual)
    {
        var pairs = expected.SelectMany(row => row).Zip(actual.SelectMany(row => row)).ToArray();
        return Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / pairs.Sum(pair => Math.Pow(pair.First, 2)));
    }
}
