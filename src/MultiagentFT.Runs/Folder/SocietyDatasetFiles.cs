using System.Text.RegularExpressions;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Folder;

/// <summary>A folder with the dataset of every agent, and with no others.</summary>
public static partial class SocietyDatasetFiles
{
    /// <summary>Writes all datasets; those of agents of an earlier, larger society are deleted.</summary>
    public static void Write(string folder, SocietyDatasets datasets)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var agent = 0; agent < datasets.Generators.Count; agent++)
        {
            Write(Society.GeneratorName(agent), datasets.Generators[agent]);
            Write(Society.CriticName(agent), datasets.Critics[agent]);
        }
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl"))
        {
            if (AgentFile().IsMatch(Path.GetFileName(file)) && !written.Contains(file)) File.Delete(file);
        }

        void Write(string agent, IReadOnlyList<ChatExample> examples)
        {
            var path = Path.Combine(folder, agent + ".jsonl");
            DatasetFile.Write(path, examples);
            written.Add(path);
        }
    }

    [GeneratedRegex("^(generator|critic)-[0-9]+\\.jsonl$")]
    private static partial Regex AgentFile();
}
