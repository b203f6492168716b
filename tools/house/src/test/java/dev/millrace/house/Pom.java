package dev.millrace.house;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the rules need of a pom.xml.
 *
 * @param artifact the module's artifact id
 * @param modules the modules that it lists
 * @param dependencies what it depends on, without managed versions
 */
record Pom(String artifact, List<String> modules, List<Dependency> dependencies) {

    /** One dependency; the scope is {@code compile} where none is written. */
    record Dependency(String group, String artifact, String scope) {
        boolean isForTests() {
            return scope.equals("test");
        }
    }

    static Pom read(Path file) {
        return of(project(file));
    }

    /** The version that a pom gives its own project. */
    static String versionIn(Path file) {
        return text(project(file), "version", "");
    }

    private static Element project(Path file) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    private static Pom of(Element project) {
        return new Pom(
                text(project, "artifactId", ""),
                under(project, "modules").stream().map(Element::getTextContent).toList(),
                under(project, "dependencies").stream().map(Pom::dependency).toList());
    }

    private static Dependency dependency(Element dependency) {
        return new Dependency(
                text(dependency, "groupId", ""),
                text(dependency, "artifactId", ""),
                text(dependency, "scope", "compile"));
    }

    private static List<Element> under(Element parent, String list) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(list))
                .flatMap(child -> children(child).stream())
                .toList();
    }

    private static String text(Element parent, String name, String otherwise) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .map(child -> child.getTextContent().strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static List<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .toList();
    }
}
