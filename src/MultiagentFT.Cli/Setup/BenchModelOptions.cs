using System.CommandLine;
using MultiagentFT.Bench.Models;
using MultiagentFT.Cli.Options;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>The options that name a bench's model: a file, or the shape of a published model whose weights are made up.</summary>
internal sealed class BenchModelOptions
{
    public const string Model = "--model";
    public const string Shape = "--shape";
    public const string Quant = "--quant";

    private const string DefaultQuant = "q4_0";

    private readonly string? _defaultShape;
    private readonly Option<string> _model;
    private readonly Option<string> _shape;
    private readonly Option<string> _quant;

    /// <param name="command">Gets the options.</param>
    /// <param name="defaultShape">What is measured when nothing is asked for; null is the embedded model.</param>
    public BenchModelOptions(Command command, string? defaultShape)
    {
        _defaultShape = defaultShape;
        _model = TypedOption.Text(Model, "GGUF file" + (defaultShape is null ? " [default: the embedded model]" : ", instead of a shape"), "file");
        _shape = TypedOption.Text(
            Shape,
            $"Made-up weights in the sizes of {string.Join(", ", BenchShape.All.Select(shape => shape.Name))}"
                + (defaultShape is null ? "" : $" [default: {defaultShape}]"),
            "name");
        _quant = TypedOption.Text(
            Quant, $"Type of made-up weights: {string.Join(", ", SyntheticModel.Quantizations)} [default: {DefaultQuant}]", "type");
        command.Add(_model);
        command.Add(_shape);
        command.Add(_quant);
    }

    /// <summary>Says what is wrong with the options before anything is written.</summary>
    /// <exception cref="InputException">An option would be ignored, or there is no such shape.</exception>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_model) is not null) IgnoredOptions.Refuse(parsed, "no --model", Shape, Quant);
        if (ShapeOf(parsed) is { } shape) BenchShape.Of(shape);
        else IgnoredOptions.Refuse(parsed, Shape, Quant);
    }

    /// <summary>Opens a file that this machine has not opened before in a process of its own first; made-up weights need none.</summary>
    /// <exception cref="InputException">The file cannot be opened, or ends the process that opens it.</exception>
    public Task RequireAsync(ParseResult parsed, CancellationToken cancellation) => FileOf(parsed) is { } file
        ? ModelProbe.RequireAsync(new ProbeJob(Path.GetFullPath(EmbeddedModel.Or(file)), [], new EngineOptions()), cancellation)
        : Task.CompletedTask;

    /// <summary>The file that was given; null when none was.</summary>
    public string? FileOf(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>Writes the weights where they are made up, which takes a while for a large shape.</summary>
    /// <exception cref="InputException">The options are not valid.</exception>
    public BenchModel Open(ParseResult parsed) => ShapeOf(parsed) is { } shape
        ? BenchModel.OfShape(BenchShape.Of(shape), parsed.GetValue(_quant) ?? DefaultQuant)
        : BenchModel.OfFile(EmbeddedModel.Or(parsed.GetValue(_model) ?? ""));

    /// <summary>The name of the shape or of the file, and the type of its weights: of a file, that of most of them.</summary>
    public (string Shape, string Quant) Describe(ParseResult parsed)
    {
        if (ShapeOf(parsed) is { } shape) return (shape, parsed.GetValue(_quant) ?? DefaultQuant);
        using var file = GgufFile.Open(EmbeddedModel.Or(parsed.GetValue(_model) ?? ""));
        var type = file.Tensors.GroupBy(tensor => tensor.Type).MaxBy(group => group.Sum(tensor => tensor.Elements))!.Key;
        return (Path.GetFileNameWithoutExtension(file.Path), TensorTypes.Name(type));
    }

    private string? ShapeOf(ParseResult parsed) => parsed.GetValue(_model) is null ? parsed.GetValue(_shape) ?? _defaultShape : null;
}
