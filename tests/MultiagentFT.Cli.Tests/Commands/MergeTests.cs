using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class MergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("same", TensorType.F32)]
    [InlineData("f16", TensorType.F16)]
    [InlineData("q8_0", TensorType.Q8_0)]
    public async Task A_merged_model_has_the_type_that_was_asked_for(string name, TensorType type)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);
        var merged = _folder.File("merged.gguf");

        string[] command = ["merge", "--model", model, "--adapter", adapter, "--output", merged, "--type", name, "--json"];
        var result = (await Mft.RunAsync(command)).Succeeded();

        using var file = ModelFile.Open(merged);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(type, file.File.RequireTensor("blk.0.attn_q.weight").Type);
        Assert.Equal(TensorType.F32, file.File.RequireTensor("output_norm.weight").Type);
        Assert.Equal(file.Fingerprint, json.RootElement.GetProperty("fingerprint").GetString());
    }

    /// <summary>A heap that could not hold half of one matrix as floats, of which a merge of whole tensors holds several.</summary>
    [Fact]
    public async Task A_model_is_merged_in_a_heap_that_is_smaller_than_one_of_its_matrices()
    {
        const int Inputs = 2048, Outputs = 16_000;
        var tiny = TinyModel.Write(_folder.File("tiny.gguf"), new TinyModelOptions { EmbeddingLength = Inputs, FeedForwardLength = 32, Blocks = 1, Heads = 32, KeyValueHeads = 1, TensorType = TensorType.Q4_0 });
        var model = _folder.File("model.gguf");
        using (var file = GgufFile.Open(tiny))
        {
            file.Metadata.Set("llama.feed_forward_length", (uint)Outputs);
            GgufWriter.Write(model, file.Metadata, [.. file.Tensors.Select(info => info.Name switch
            {
                "blk.0.ffn_gate.weight" or "blk.0.ffn_up.weight" => Zeros(info.Name, Inputs, Outputs),
                "blk.0.ffn_down.weight" => Zeros(info.Name, Outputs, Inputs),
                _ => new TensorSource(info.Name, info.Type, info.Shape, () => file.Read(info)),
            })]);
        }
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Targets = ["ffn_up"], Rank = 1 });

        // 64 MiB; the matrix has 125 MiB in floats.
        var result = (await MftProcess.RunAsync(
            [("DOTNET_GCHeapHardLimit", "0x4000000")], "merge", "--model", model, "--adapter", adapter, "--output", _folder.File("merged.gguf"), "--part-size", "25MiB", "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        Assert.InRange(json.RootElement.GetProperty("survived").GetDouble(), 0.95, 1);
        Assert.Equal(3, json.RootElement.GetProperty("files").GetArrayLength());
        using var merged = ModelFile.Open(_folder.File("merged-00001-of-00003.gguf"));
        var row = new byte[TensorTypes.RowBytes(TensorType.Q4_0, Inputs)];
        var tensor = merged.File.RequireTensor("blk.0.ffn_up.weight");
        using var factors = AdapterFile.Open(adapter);
        var (a, b) = (FloatTensors.Read(factors.File, factors.Pairs[0].A), FloatTensors.Read(factors.File, factors.Pairs[0].B));
        foreach (var number in (int[])[0, 511, 512, 8_001, Outputs - 1])
        {
            merged.File.Read(tensor, row.Length * (long)number, row);
            Assert.Equal(TensorCodec.Quantize(TensorType.Q4_0, [.. a.Select(value => value * (8 * b[number]))], Inputs), row);
        }

        static TensorSource Zeros(string name, long inputs, long outputs) => TensorSource.InPieces(
            name, TensorType.Q4_0, [inputs, outputs], Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[TensorTypes.RowBytes(TensorType.Q4_0, inputs * 8)], (int)outputs / 8));
    }

    [Fact]
    public async Task Inputs_are_not_overwritten()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);
        var before = File.ReadAllBytes(model);

        var result = await Mft.RunAsync("merge", "--model", model, "--adapter", adapter, "--output", model);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal(before, File.ReadAllBytes(model));
    }

    [Fact]
    public async Task Other_types_are_refused()
    {
        var result = await Mft.RunAsync("merge", "--model", "m", "--adapter", "a", "--output", "o", "--type", "iq2_xxs");

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal("mft: --type: expected f16, f32, bf16, q8_0, q6_K, q5_K, q5_1, q5_0, q4_K, q4_1, q4_0, iq4_nl, iq4_xs, q3_K, q2_K or same, found iq2_xxs", result.Error.Trim());
    }
}
