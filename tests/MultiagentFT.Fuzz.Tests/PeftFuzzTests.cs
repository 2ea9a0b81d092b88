using System.Buffers.Binary;
using CsCheck;
using MultiagentFT.Fuzz.Tests.Mutation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>Damaged adapters in PEFT's form: what is taken is a sound adapter of its base.</summary>
public sealed class PeftFuzzTests : IDisposable
{
    private const int Count = 400;
    private const string Weights = "adapter_model.safetensors";
    private const string Configuration = "adapter_config.json";

    private readonly TemporaryFolder _folder = new();
    private readonly ModelFile _model;

    public PeftFuzzTests()
    {
        _model = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var adapter = AdapterFile.Open(TinyAdapter.Write(_folder.File("adapter.gguf"), _model.File.Path));
        PeftExport.Run(adapter, _model, _folder.File("peft"), "tiny");
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Its_weights()
    {
        var whole = File.ReadAllBytes(_folder.File($"peft/{Weights}"));
        var header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(whole));
        // Damaged bytes, most of them in the header, and headers that are sound as JSON.
        var described = JsonMutants.Of(whole[sizeof(long)..(sizeof(long) + header)]).Select(mutant => mutant with { Content = Weighed(mutant.Content, whole[(sizeof(long) + header)..]) });
        Read(Weights, Gen.Frequency((3, ByteMutants.Of(whole, sizeof(long) + header)), (1, ByteMutants.Of(whole)), (4, described)));
    }

    [Fact]
    public void Its_configuration()
    {
        var whole = File.ReadAllBytes(_folder.File($"peft/{Configuration}"));
        Read(Configuration, Gen.Frequency((1, ByteMutants.Of(whole)), (2, JsonMutants.Of(whole))));
    }

    private static byte[] Weighed(byte[] header, byte[] data)
    {
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    private void Read(string name, Gen<Mutant> mutants)
    {
        var output = _folder.File("imported.gguf");
        Fuzzer.Run(name, Count, mutants, mutant =>
        {
            File.WriteAllBytes(_folder.File($"peft/{name}"), mutant.Content);
            File.Delete(output);
            var isTaken = Fuzzer.Takes(() => PeftImport.Run(_folder.File("peft"), _model, output, "imported"));
            // Nothing is written but an adapter that is served as any other.
            Assert.Equal(isTaken, File.Exists(output));
            if (!isTaken) return false;
            using var adapter = AdapterFile.Open(output);
            adapter.RequireBase(_model);
            Assert.NotEmpty(adapter.Pairs);
            return true;
        });
    }
}
