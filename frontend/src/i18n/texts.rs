//! Plain strings, both languages side by side.

macro_rules! texts {
    ($($name:ident: $en:literal, $es:literal;)*) => {
        /// Every plain string of the page, in one language.
        #[derive(Debug)]
        pub struct Texts {
            $(
                #[doc = concat!("`", $en, "`")]
                pub $name: &'static str,
            )*
        }

        /// English.
        pub const EN: Texts = Texts { $($name: $en,)* };
        /// Spanish.
        pub const ES: Texts = Texts { $($name: $es,)* };

        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $es),)*];
    };
}

texts! {
    // top bar
    tagline: "A lab for learned cellular automata", "Un laboratorio de autómatas celulares aprendidos";
    switch_language: "Cambiar a español", "Switch to English";
    theme_light: "Light theme", "Tema claro";
    theme_dark: "Dark theme", "Tema oscuro";
    notices: "Notices", "Avisos";
    no_notices: "Nothing to report.", "Nada que contar.";
    clear_notices: "Clear all", "Borrar todos";
    copy_details: "Copy the details", "Copiar los detalles";
    copied: "Copied", "Copiado";
    copy_by_hand: "Not copied: select the text", "No se copió: selecciona el texto";
    details: "Details", "Detalles";
    technical: "Technical words (English)", "Palabras técnicas (inglés)";
    dismiss: "Dismiss", "Cerrar";
    help: "Help", "Ayuda";
    keys: "Keyboard", "Teclado";
    mouse: "Pointer", "Puntero";
    touch: "Touch", "Pantalla táctil";
    glossary: "Glossary", "Glosario";
    what_is: "What is this?", "¿Qué es esto?";
    close: "Close", "Cerrar";
    home: "Atheria: all experiments", "Atheria: todos los experimentos";
    hide_left: "Hide or show the experiments", "Ocultar o mostrar los experimentos";
    hide_right: "Hide or show the inspector", "Ocultar o mostrar el inspector";
    skip_to_world: "Skip to the world", "Ir al mundo";
    // connection
    connection: "Connection", "Conexión";
    conn_idle: "no session", "sin sesión";
    conn_connecting: "connecting…", "conectando…";
    conn_open: "connected", "conectado";
    conn_retrying: "reconnecting…", "reconectando…";
    conn_away: "server away", "servidor ausente";
    conn_silent: "no answer", "sin respuesta";
    // experiments
    experiments: "Experiments", "Experimentos";
    demo: "Demo", "Demo";
    search: "Search…", "Buscar…";
    search_label: "Search the experiments", "Buscar entre los experimentos";
    loading_list: "Reading the experiments…", "Leyendo los experimentos…";
    nothing_found: "No experiment matches the search.", "Ningún experimento coincide con la búsqueda.";
    empty_title: "No experiments here yet", "Aún no hay experimentos aquí";
    empty_text: "The folder holds none. Train one with Python, so that experiments/NAME/config.json and training_checkpoints/NAME/*.pth appear in it, or start ath serve with another --root. Without --root you get the demo.",
        "La carpeta no contiene ninguno. Entrena uno con Python, para que aparezcan en ella experiments/NOMBRE/config.json y training_checkpoints/NOMBRE/*.pth, o inicia ath serve con otro --root. Sin --root se abre la demo.";
    away_title: "The server does not answer", "El servidor no responde";
    away_text: "Start it with make serve, or ath serve, and try again.", "Inícialo con make serve, o ath serve, y vuelve a intentarlo.";
    try_again: "Try again", "Reintentar";
    reload_list: "Read the folder again", "Volver a leer la carpeta";
    // figures of an experiment
    law: "Law", "Ley";
    architecture: "Architecture", "Arquitectura";
    channels_hidden: "Channels · hidden", "Canales · ocultos";
    parameters: "Parameters", "Parámetros";
    trained_on: "Trained on", "Entrenado en";
    training_time: "Training time", "Duración";
    checkpoint: "Checkpoint", "Punto de control";
    latest: "latest", "más reciente";
    best: "best", "mejor";
    last: "last", "último";
    weights: "Weights", "Pesos";
    weights_hint: "Where they lie in the file, for example ema.shadow; empty: those that fit",
        "Su lugar en el archivo, por ejemplo ema.shadow; vacío: los que encajan";
    weights_usual: "those that fit", "los que encajan";
    other_types: "Other float types", "Otros tipos de coma flotante";
    types_refused: "refuse", "rechazar";
    types_cast: "cast to float32", "convertir a float32";
    remarks: "What to know", "Conviene saber";
    remarks_folder: "About this folder", "Sobre esta carpeta";
    export: "Export", "Exportación";
    export_verified: "verified", "verificada";
    export_there: "present", "presente";
    export_none: "made on opening", "se hace al abrir";
    // world
    world: "World", "Mundo";
    gallery: "Gallery", "Galería";
    gallery_title: "Choose a world", "Elige un mundo";
    to_try: "Try:", "Prueba:";
    back_to: "Back to", "Volver a";
    choose_text: "One click exports its law, checks the export, and shows its world alive.",
        "Con un clic se exporta su ley, se comprueba la exportación y su mundo aparece vivo.";
    size: "Size", "Tamaño";
    boundary: "Boundary", "Frontera";
    device: "Device", "Dispositivo";
    threads: "Threads", "Hilos";
    memory: "Memory of the law", "Memoria de la ley";
    yes: "yes", "sí";
    no: "no", "no";
    gamma: "Decay γ", "Decaimiento γ";
    seed: "Seed", "Semilla";
    starting_matter: "Starting matter", "Materia inicial";
    matter_blob: "Blob of random cells", "Mancha de celdas al azar";
    matter_complex_noise: "Complex noise", "Ruido complejo";
    matter_random: "Uniform noise", "Ruido uniforme";
    matter_zeros: "Zeros", "Ceros";
    matter_file: "The experiment's own", "La propia del experimento";
    blob_side: "Blob side", "Lado de la mancha";
    walls: "walls", "paredes";
    torus: "torus", "toro";
    unbounded: "unbounded", "sin bordes";
    matter_blobs: "Several blobs", "Varias manchas";
    blob_count: "How many", "Cuántas";
    place: "Where it lies", "Dónde está";
    place_centre: "In the middle", "En el centro";
    place_at: "At a cell", "En una celda";
    place_tile: "Side by side, everywhere", "Una junto a otra, por todas partes";
    place_scatter: "Scattered", "Esparcida";
    row: "Row of its upper left", "Fila de su esquina superior izquierda";
    column: "Column of its upper left", "Columna de esa esquina";
    copies: "Copies", "Copias";
    copies_hint: "A whole number, 1 to 100,000", "Un número entero, de 1 a 100 000";
    pick: "Pick on the world", "Elegir en el mundo";
    pick_hint: "Click where its upper left cell shall lie; or arrows and Enter.",
        "Haz clic donde debe quedar su celda superior izquierda; o usa flechas y Entrar.";
    vacuum: "Vacuum", "Vacío";
    vacuum_one: "Plain", "Liso";
    vacuum_harmonic: "Waves", "Ondas";
    amplitude: "Amplitude", "Amplitud";
    amplitude_hint: "Above 0, at most 1", "Mayor que 0 y hasta 1";
    waves: "How many waves", "Cuántas ondas";
    waves_hint: "A whole number, 1 to 64", "Un número entero, de 1 a 64";
    wave_seed: "Seed of the waves", "Semilla de las ondas";
    eps: "Matter from ε", "Materia desde ε";
    eps_hint: "Above 0, at most 1; empty: 1e-6", "Mayor que 0 y hasta 1; vacío: 1e-6";
    execution: "Execution", "Ejecución";
    usual: "1e-6 (usual)", "1e-6 (lo usual)";
    // how much there is
    state: "State", "Estado";
    visible_matter: "Visible matter", "Materia visible";
    visible_hint: "Cells that deviate from the background by more than 1 %", "Celdas que se apartan del fondo más del 1 %";
    matter_cells_name: "Matter cells", "Celdas de materia";
    share_of_world: "Of the world", "Del mundo";
    no_matter_why: "Why none", "Por qué no hay";
    tiles: "Tiles", "Teselas";
    tiles_matter: "matter", "materia";
    tiles_computed: "computed", "calculadas";
    tiles_background: "background", "fondo";
    tile_side: "Cells a side of a tile", "Celdas por lado de una tesela";
    error_bound: "Error bound", "Cota del error";
    error_bound_hint: "How far the state may be from one in which nothing was ever dropped", "Cuánto puede distar el estado de uno en el que nunca se descartó nada";
    bound_unit: "of |ψ|", "de |ψ|";
    no_longer_bounded: "no longer bounded (chaotic law)", "ya sin cota (ley caótica)";
    memory_used: "Memory used", "Memoria usada";
    // what a law is like
    character: "Character of the law", "Carácter de la ley";
    // tools
    tools: "Tools", "Herramientas";
    look: "Look", "Mirar";
    look_hint: "Drag moves the view", "Arrastrar desplaza la vista";
    radius: "Radius", "Radio";
    no_seed: "Nothing to plant here: this world did not begin with one compact piece, and its experiment declares no seed.",
        "Aquí no hay qué plantar: este mundo no empezó con una sola pieza compacta y su experimento no declara una semilla.";
    cells: "cells", "celdas";
    strength: "Strength", "Fuerza";
    turns: "Turns", "Vueltas";
    angle: "Angle", "Ángulo";
    wavelength: "Wavelength", "Longitud de onda";
    tool_hint: "Click or drag over the world. Space, the middle button or two fingers move the view; Esc puts the tool away.",
        "Haz clic o arrastra sobre el mundo. Espacio, el botón central o dos dedos desplazan la vista; Esc guarda la herramienta.";
    download_events: "Download as JSON", "Descargar como JSON";
    tool_settings: "Tool settings", "Ajustes de la herramienta";
    // diagnosis
    diagnose: "Diagnose", "Diagnosticar";
    diagnosis: "Diagnosis", "Diagnóstico";
    diagnosis_text: "Seven checks say whether the worlds of this experiment are what they seem, each with its evidence.",
        "Siete comprobaciones dicen si los mundos de este experimento son lo que parecen, cada una con sus pruebas.";
    run_again: "Run again", "Repetir";
    check_waiting: "to come", "pendiente";
    check_running: "running…", "en curso…";
    check_missing: "not made", "sin hacer";
    evidence: "Evidence", "Pruebas";
    starting_diagnosis: "Starting…", "Empezando…";
    open_anew: "Open anew", "Abrir de nuevo";
    open_cast: "Cast to float32 and open", "Convertir a float32 y abrir";
    open_new_checkpoint: "Open with the new weights", "Abrir con los pesos nuevos";
    open_with: "Open with", "Abrir con";
    open_anew_label: "Open with other settings", "Abrir con otros ajustes";
    as_presented: "As its author shows it", "Como lo muestra su autor";
    height: "Height", "Alto";
    width: "Width", "Ancho";
    side_hint: "A whole number of cells; fill in both or leave both empty",
        "Un número entero de celdas; llena los dos o deja los dos vacíos";
    seed_hint: "A whole number", "Un número entero";
    world_canvas: "The world", "El mundo";
    // opening
    opening: "Opening", "Abriendo";
    ready_in: "Ready in", "Listo en";
    stages: "Stages", "Etapas";
    asking: "Asking for a session…", "Pidiendo una sesión…";
    cancel: "Cancel", "Cancelar";
    cached: "current", "vigente";
    failed: "failed", "falló";
    error: "error", "error";
    failed_title: "It could not be opened", "No se pudo abrir";
    stopped_title: "The session has stopped", "La sesión se detuvo";
    recovering: "The engine has stopped; another is starting from the last saved world…",
        "El motor se detuvo; otro arranca desde el último mundo guardado…";
    choose_another: "Choose another", "Elegir otro";
    session_over: "The session of this address is over", "La sesión de esta dirección terminó";
    session_over_text: "The same experiment was opened anew, with the settings of the address, and begins at step 0.",
        "El mismo experimento se abrió de nuevo, con los ajustes de la dirección, y empieza en el paso 0.";
    unsent: "That did not reach the world", "Eso no llegó al mundo";
    unsent_text: "There is no connection to the server now. Do it again once it is back.",
        "Ahora no hay conexión con el servidor. Vuelve a hacerlo cuando regrese.";
    closed_title: "The session is closed", "La sesión está cerrada";
    waiting_frame: "Waiting for the first picture…", "Esperando la primera imagen…";
    // view
    view: "View", "Vista";
    channel: "Channel", "Canal";
    part: "Part", "Parte";
    modulus: "Modulus", "Módulo";
    real: "Real", "Real";
    imaginary: "Imaginary", "Imaginaria";
    colormap: "Colormap", "Mapa de color";
    red: "Red", "Rojo";
    green: "Green", "Verde";
    blue: "Blue", "Azul";
    vermillion: "Vermillion", "Bermellón";
    bluish_green: "Bluish green", "Verde azulado";
    legend: "Legend", "Leyenda";
    not_finite: "not finite", "no finito";
    logarithmic: "log", "log";
    log_scale: "Logarithmic scale", "Escala logarítmica";
    range_low: "Lower end of the range", "Extremo inferior del rango";
    range_high: "Upper end of the range", "Extremo superior del rango";
    range_hint: "Drag an end of the legend to pin the range; a double click lets it follow the world",
        "Arrastra un extremo de la leyenda para fijar el rango; un doble clic lo deja seguir al mundo";
    range_auto: "Automatic range", "Rango automático";
    range_auto_hint: "Let the range follow the world again (double click, or Esc on an end)",
        "Dejar que el rango siga al mundo (doble clic, o Esc en un extremo)";
    brightness: "The modulus from which on a colour is fully bright", "El módulo a partir del cual un color brilla del todo";
    // transport
    transport: "Transport", "Transporte";
    reset: "Reset", "Reiniciar";
    play: "Play", "Reproducir";
    pause: "Pause", "Pausa";
    step_once: "One step", "Un paso";
    speed: "Speed", "Velocidad";
    speed_max: "no limit", "sin límite";
    step: "step", "paso";
    steps_per_second: "steps/s", "pasos/s";
    visible_cells: "visible cells", "celdas visibles";
    reset_title: "Go back to step 0?", "¿Volver al paso 0?";
    reset_keep: "Keep this world", "Conservar este mundo";
    // camera
    zoom: "Zoom", "Ampliación";
    zoom_in: "Zoom in", "Acercar";
    zoom_out: "Zoom out", "Alejar";
    fit_matter: "Fit the matter", "Ajustar la materia";
    fit: "Fit the world", "Ajustar el mundo";
    one_to_one: "One cell, one pixel", "Una celda, un píxel";
    // charts
    evolution: "Evolution", "Evolución";
    pace: "Steps/s", "Pasos/s";
    no_history: "Appears once the world steps.", "Aparece cuando el mundo avanza.";
    // keys
    key_play: "Play or pause", "Reproducir o pausar";
    key_step: "One step", "Un paso";
    key_reset: "Reset to step 0", "Volver al paso 0";
    key_speed: "Slower, faster", "Más lento, más rápido";
    key_view: "Next view", "Vista siguiente";
    key_colormap: "Next colormap", "Mapa de color siguiente";
    key_zoom: "Zoom in, out", "Acercar, alejar";
    key_arrows: "Pan; on the world with a tool in hand, move the cursor (Shift: by ten)",
        "Desplazar; en el mundo con una herramienta, mover el cursor (Mayús: de diez en diez)";
    key_enter: "Enter", "Entrar";
    key_apply: "Apply the tool at the cursor", "Aplicar la herramienta en el cursor";
    key_tools: "Tools", "Herramientas";
    key_inject: "Inject, erase at the cursor or the pointer", "Inyectar, borrar en el cursor o el puntero";
    key_help: "This sheet", "Esta hoja";
    key_escape: "Out of anything", "Salir de todo";
    mouse_wheel: "Zoom about the pointer", "Ampliar en torno al puntero";
    mouse_drag: "Pan", "Desplazar";
    mouse_double: "Fit the world", "Ajustar el mundo";
    mouse_paint: "Pan with a tool in hand; also the middle button", "Desplazar con una herramienta; también el botón central";
    one_finger: "One finger", "Un dedo";
    touch_one: "Pan, or use the tool in hand", "Desplazar, o usar la herramienta";
    two_fingers: "Two fingers", "Dos dedos";
    touch_two: "Pan, also with a tool in hand", "Desplazar, también con una herramienta";
    pinch: "Pinch", "Pellizco";
    touch_pinch: "Zoom about the fingers", "Ampliar entre los dedos";
    double_tap: "Double tap", "Doble toque";
    wheel: "Wheel", "Rueda";
    drag: "Drag", "Arrastrar";
    double_click: "Double click", "Doble clic";
    space: "Space", "Espacio";
    shift: "Shift", "Mayús";
    // trouble with the page itself
    no_webgl_title: "This browser cannot draw the world", "Este navegador no puede dibujar el mundo";
    no_webgl_text: "Atheria draws with WebGL2, which is missing or switched off here. Use a current Firefox, Chrome, Edge or Safari, and allow hardware acceleration in its settings.",
        "Atheria dibuja con WebGL2, que aquí falta o está desactivado. Usa un Firefox, Chrome, Edge o Safari actual y permite la aceleración por hardware en sus ajustes.";
    graphics_lost: "The graphics card let go of the picture; it comes back by itself.",
        "La tarjeta gráfica soltó la imagen; vuelve sola.";
    stale_title: "The server has another version than this page", "El servidor tiene otra versión que esta página";
    stale_text: "Reload to get the page that goes with it.", "Recarga para obtener la página que le corresponde.";
    reload: "Reload", "Recargar";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_empty_or_left_untranslated() {
        let same = ["demo", "no", "error", "real", "logarithmic"];
        for (name, en, es) in PAIRS {
            assert!(!en.trim().is_empty() && !es.trim().is_empty(), "{name}");
            assert!(
                en != es || same.contains(name),
                "{name}: {en:?} in both languages"
            );
        }
        assert_eq!(EN.experiments, "Experiments");
        assert_eq!(ES.experiments, "Experimentos");
    }
}
