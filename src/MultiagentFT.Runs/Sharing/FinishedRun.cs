using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Sharing;

/// <summary>A run that ended, whose stages others may take over.</summary>
internal sealed class FinishedRun
{
    /// <summary>What stages write into; a seal that names anything else is none of this program.</summary>
    private static readonly string[] OutputFolders = ["transcripts/", "datasets/", "adapters/", "diversity/"];

    private readonly RunLayout _layout;
    private readonly Manifest _manifest;
    private readonly HashSet<string> _listed;

    private FinishedRun(RunLayout layout, Manifest manifest, RunOrigin origin, string commit)
    {
        (_layout, _manifest, Origin, Commit) = (layout, manifest, origin, commit);
        _listed = manifest.Files.Select(file => layout.Absolute(file.Path)).ToHashSet(StringComparer.Ordinal);
    }

    public string Folder => _layout.Root;

    public RunOrigin Origin { get; }

    /// <summary>The revision of the program that ended it.</summary>
    public string Commit { get; }

    /// <summary>All of them in a folder and below.</summary>
    public static IReadOnlyList<FinishedRun> Below(string folder, MethodCatalog catalog) => [.. RunSearch.Below(folder).Select(run => In(run, catalog)).OfType<FinishedRun>()];

    /// <summary>Null for a folder without one, or with one of another format or whose settings were changed since.</summary>
    public static FinishedRun? In(string folder, MethodCatalog catalog)
    {
        var layout = new RunLayout(Path.GetFullPath(folder));
        if (!File.Exists(layout.Manifest)) return null;
        try
        {
            var manifest = Manifest.Read(layout);
            manifest.Check(layout, [layout.Config, layout.Inputs, layout.Summary]);
            var (config, inputs) = (RunConfigFile.Read(layout.Config, catalog: catalog), RunInputs.Read(layout));
            _ = inputs.Of(config);
            return new FinishedRun(layout, manifest, new RunOrigin(config, () => inputs, catalog), Summary.Read(layout).Commit);
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>What a stage wrote, by paths in the folder; null where the run did not have it, or has more than a stage writes.</summary>
    /// <exception cref="InputException">Its seal is none.</exception>
    public IReadOnlyList<InputFile>? Outputs(StageId stage) =>
        StageSeal.Outputs(_layout, stage.Name) is { } outputs && outputs.All(file => IsOutput(file.Path)) ? outputs : null;

    /// <summary>Whether a stage has ended in it, as far as its seal tells.</summary>
    public bool Has(StageId stage)
    {
        try
        {
            return Outputs(stage) is not null;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>
    /// Copies a stage into another run's folder: outputs, seconds, and the seal last, so that a copy which is killed is made again.
    /// </summary>
    /// <exception cref="InputException">A file is not as the run left it; nothing is copied.</exception>
    public void CopyTo(RunLayout other, StageId stage, IReadOnlyList<InputFile> outputs)
    {
        List<string> paths = [.. outputs.Select(file => _layout.Absolute(file.Path)), _layout.Stage(stage), _layout.Seal(stage.Name)];
        // A stage that had nothing to do has taken no time, and datasets are not timed.
        paths.RemoveAll(path => path == _layout.Stage(stage) && !File.Exists(path));
        if (paths.Find(path => !_listed.Contains(path)) is { } added) throw new InputException(_layout.Manifest, null, $"the file {added}", "none such");
        _manifest.Check(_layout, paths);
        foreach (var path in paths)
        {
            using var from = File.OpenRead(path);
            AtomicFile.Write(other.Absolute(_layout.Relative(path)), from.CopyTo);
        }
    }

    private bool IsOutput(string path) =>
        Array.Exists(OutputFolders, folder => path.StartsWith(folder, StringComparison.Ordinal)) && _layout.Relative(_layout.Absolute(path)) == path;
}
