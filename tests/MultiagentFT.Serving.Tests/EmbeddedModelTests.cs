using MultiagentFT.Runs.Folder;
using MultiagentFT.Testing;

namespace MultiagentFT.Serving.Tests;

public sealed class EmbeddedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "weights", "embedded.gguf")]
    [InlineData(false, "other", "model.gguf")]
    [InlineData(false, null, "model.gguf")]
    [InlineData(true, "weights", "model.gguf")]
    public void The_same_embedded_model_replaces_one_that_is_gone(bool isThere, string? embedded, string found)
    {
        var path = _folder.File("model.gguf");
        File.WriteAllText(path, "weights");
        var model = InputFile.Measure(path);
        if (!isThere) File.Delete(path);
        if (embedded is not null) File.WriteAllText(_folder.File("embedded.gguf"), embedded);

        Assert.Equal(_folder.File(found), EmbeddedModel.Find(model, _folder.File("embedded.gguf")));
    }
}
