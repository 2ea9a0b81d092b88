using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string One = "\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesOfAllThreeTypesAreRead()
    {
        var folder = new RawPeft();
        float[] values = [1.5f, -2, 0.25f, 1024];
        foreach (var type in (string[])["BF16", "F32", "F16"]) folder.Tensors.Add((type, type, [2, 2], values));
        using var file = SafetensorsFile.Open(Path.Combine(folder.Write(_folder.File("a")), "adapter_model.safetensors"));
        Assert.Equal(["BF16", "F32", "F16"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("pt", file.Metadata["format"]);
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal([2, 2], tensor.Shape);
            Assert.Equal(values, file.Read(tensor));
        }
    }

    [Theory]
    [InlineData("{}", 0, "header: expected at least one tensor, found none")]
    [InlineData("[]", 0, "header: expected an object, found Array")]
    [InlineData("{\"a\":", 0, "header: expected JSON without a key twice, found ")]
    [InlineData("{\"a\":{" + One + "},\"a\":{" + One + "}}", 8, "header: expected JSON without a key twice, found ")]
    [InlineData("{\"a\":{" + One + "}}", 7, "a: expected 8 bytes of data from 0 on, found 7, the end of the file")]
    [InlineData("{\"a\":{" + One + "}}", 9, "expected 8 bytes of data, as the header says, found 9")]
    [InlineData("{\"a\":{" + One + "},\"b\":{" + One + "}}", 16, "expected data that begins at 8, where what is before it ends, found 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "a: expected data that begins at 0, where what is before it ends, found 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "a: expected 12 bytes of data for [3] of f32, found 8")]
    [InlineData("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "a: expected dtype F32, F16 or BF16, found I64")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "a: expected 1 to 4 dimensions of at least 1, found [0]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "a: expected shape of whole numbers from 0 on, found -2")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}}", 8, "a: expected shape of whole numbers from 0 on, found 1.5")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}", 8, "a: expected a tensor of less than 2^63 bytes, found ")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "a: expected data_offsets from a begin to an end, found [8, 0]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}", 8, "a: expected dtype, shape and data_offsets alone, found x")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "a: expected shape, a list of whole numbers, found none")]
    [InlineData("{\"a\":3}", 0, "a: expected an object, found Number")]
    [InlineData("{\"__metadata__\":{\"x\":1},\"a\":{" + One + "}}", 8, "__metadata__.x: expected a text, found Number")]
    public void WhatTheHeaderSaysWronglyIsRefused(string header, int data, string message)
    {
        var path = RawPeft.WriteFile(_folder.File("a.safetensors"), header, new byte[data]);
        var error = Assert.Throws<InputException>(() => SafetensorsFile.Open(path));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(0L)]
    [InlineData(1_000_000L)]
    [InlineData(long.MinValue)]
    [InlineData(200_000_000L)]
    public void ALengthOfTheHeaderThatTheFileHasNotIsRefusedBeforeMemoryIsTaken(long length)
    {
        var path = RawPeft.WriteFile(_folder.File("a.safetensors"), "{\"a\":{" + One + "}}", new byte[8], length);
        Assert.Contains("a safetensors file, whose header has 2 to ", Assert.Throws<InputException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var path = Path.Combine(new RawPeft().Pair(0, "self_attn.q_proj", 2, new float[64], new float[64]).Write(_folder.File("a")), "adapter_model.safetensors");
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<InputException>(() => SafetensorsFile.Open(path));
        }
    }
}
